"""The vocabulary of the publication: its tags, and the slugs, names and aliases by which they are found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.content.models import Tag, TagAlias
from app.content.slugs import key_of
from app.problems import Fault, UnknownTag

DEFAULT_TAGS = (
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
"""The tags of a new publication: slug, name, description, aliases."""


MOST_HINTS = 3
"""Unknown labels in one request for which similar tags are searched, while a writer holds the lock."""
MOST_COMPARED = 1_000
"""Labels that are compared with an unknown one, slugs and names first. Each takes up to 0.1 ms."""
_COMPARED = 40
"""Characters."""


class Vocabulary:
    """All tags at the time when they were loaded, by their labels: slugs, names and aliases."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        """The tags are not read before the first look-up."""
        self._tags = tags
        self._hints = 0

    @classmethod
    def load(cls, session: Session) -> Self:
        """Load the tags now."""
        return cls(list(_select(session)))

    @classmethod
    def lazy(cls, session: Session) -> Self:
        """Load the tags at the first look-up."""
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
        """The slugs of the tags by the keys of their labels (see `slugs.key_of`)."""
        return {key: tag.slug for key, tag in self._by_key.items()}

    def find(self, label: str | None) -> Tag | None:
        """The tag with this slug, name or alias, ignoring case and punctuation; None if there is none."""
        return self._by_key.get(_key(label)) if label else None

    def resolve(self, label: str, pointer: str) -> Tag:
        """The same, but raises UnknownTag with similar names. `pointer` is the position of the label in the input."""
        tag = self.find(label)
        if tag is not None:
            return tag
        detail = f"The tag {label[:100]!r} does not exist. {self._hint(label)}GET /tags lists all tags."
        raise UnknownTag(detail, errors=[Fault(pointer, UnknownTag.code, detail)])

    def _hint(self, label: str) -> str:
        if not self._by_key:
            return "There are no tags yet. "
        if self._hints == MOST_HINTS:
            return ""
        self._hints += 1
        tags = {key[:_COMPARED]: tag for key, tag in reversed(list(self._by_key.items())[:MOST_COMPARED])}
        near = get_close_matches(key_of(label)[:_COMPARED], tags, n=10, cutoff=0)
        return f"Similar tags are {', '.join(list(dict.fromkeys(tags[key].name for key in near))[:3])}. "


def _select(session: Session) -> Iterator[Tag]:
    statement = select(Tag).options(joinedload(Tag.aliases)).execution_options(populate_existing=True)
    yield from session.scalars(statement).unique()


def _key(label: str) -> str:
    """A label without letters or digits, for example an emoji, is its own key."""
    return key_of(label) or label


def insert_default_tags(session: Session) -> None:
    """Insert the default tags if there are no tags."""
    if session.scalar(select(Tag.id).limit(1)) is None:
        for slug, name, description, labels in DEFAULT_TAGS:
            aliases = [TagAlias(slug=key_of(label), label=label) for label in labels]
            session.add(Tag(slug=slug, name=name, description=description, aliases=aliases))
        session.flush()
