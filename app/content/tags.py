"""The publication's vocabulary: its tags, and the labels that mean them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.content.models import Tag, TagAlias
from app.content.slugs import key_of
from app.problems import Fault, UnknownTag

FIRST = (
    (
        "news-trends",
        "News & Trends",
        "What happened, and where it leads.",
        ("New & Trends", "News", "Trends"),
    ),
    ("research", "Research", "Papers and results.", ("Papers", "Research Papers")),
    ("product", "Product", "Releases and tools.", ("Product & Releases", "Products", "Releases")),
    ("safety", "Safety", "Risks, and what is done about them.", ("AI Safety", "Safety & Security")),
    ("career", "Career", "Work, hiring and learning.", ("Career Resources", "Careers", "Jobs")),
)
"""What a new publication starts with: slug, name, description, aliases."""


class Vocabulary:
    """All tags as they were when it was loaded, by every label that means one."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        """The tags are taken when a label is first looked up."""
        self._tags = tags

    @classmethod
    def load(cls, session: Session) -> Self:
        """The tags as the database has them now."""
        vocabulary = cls.when_needed(session)
        vocabulary.tags  # noqa: B018
        return vocabulary

    @classmethod
    def when_needed(cls, session: Session) -> Self:
        """The tags as the database has them when the first label is looked up."""
        return cls(_select(session))

    @cached_property
    def tags(self) -> Sequence[Tag]:
        return sorted(self._tags, key=lambda tag: tag.slug)

    @cached_property
    def _by_key(self) -> Mapping[str, Tag]:
        found: dict[str, Tag] = {}
        slugs = [(tag.slug, tag) for tag in self.tags]
        names = [(tag.name, tag) for tag in self.tags]
        aliases = [(alias.label, tag) for tag in self.tags for alias in tag.aliases]
        for label, tag in (*slugs, *names, *aliases):
            found.setdefault(_key(label), tag)
        return found

    def keys(self) -> dict[str, str]:
        """The slug of the tag that each key of a label (see `slugs.key_of`) means."""
        return {key: tag.slug for key, tag in self._by_key.items()}

    def find(self, label: str | None) -> Tag | None:
        """The tag that a label means, by slug, name or alias, ignoring case and punctuation; None when none does."""
        return self._by_key.get(_key(label)) if label else None

    def resolve(self, label: str, pointer: str) -> Tag:
        """The same; raises UnknownTag with the nearest names, and where in the input the label stood."""
        tag = self.find(label)
        if tag is not None:
            return tag
        near = get_close_matches(key_of(label), self._by_key, n=10, cutoff=0)
        names = list(dict.fromkeys(self._by_key[key].name for key in near))[:3]
        hint = f"the nearest are {', '.join(names)}" if names else "there are none yet"
        detail = f"No tag is called {label[:100]!r}; {hint}. GET /tags lists them all."
        raise UnknownTag(detail, errors=[Fault(pointer, UnknownTag.code, detail)])


def _select(session: Session) -> Iterator[Tag]:
    statement = select(Tag).options(joinedload(Tag.aliases)).execution_options(populate_existing=True)
    yield from session.scalars(statement).unique()


def _key(label: str) -> str:
    """A label without any letter or digit, as an emoji is, means itself alone."""
    return key_of(label) or label


def insert_first_tags(session: Session) -> None:
    """Give a publication without any tag its first ones."""
    if session.scalar(select(Tag.id).limit(1)) is None:
        for slug, name, description, labels in FIRST:
            aliases = [TagAlias(slug=key_of(label), label=label) for label in labels]
            session.add(Tag(slug=slug, name=name, description=description, aliases=aliases))
        session.flush()
