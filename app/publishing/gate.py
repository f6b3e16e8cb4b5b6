"""The gate. What passes it is in the archive when the transaction commits, whole or not at all.

Each function takes the content clock's row before it reads what it compiles, so that those who change the archive
do so one after another, in the clock's order. Whoever calls has locked the issue before (`authoring.issues.get`);
locks are taken in that order everywhere, so that no two wait for each other. None of these commits.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.archive import keeping
from app.archive.models import ArchivedTag
from app.content import compile
from app.content.document import IssueDocument, Neighbours, PublicationDocument
from app.content.models import Issue, Publication, Tag
from app.content.tags import Vocabulary
from app.db import clock
from app.search import entries

LOADED = 20
"""Issues that are in memory at once."""


def publish(session: Session, issue: Issue, *, new: bool = False) -> IssueDocument:
    """Put a published issue into the archive as it is now, and link its neighbours to it. Returns its document.

    A `new` one has been made by this transaction, so that nobody else can have changed it: it is compiled from what
    the session has of it. Its tags alone may have changed meanwhile, unless whoever writes is alone, as on SQLite.
    """
    session.flush()
    clock.tick(session)
    if new:
        if session.get_bind().dialect.name != "sqlite":
            _read_tags(session, issue)
    else:
        (issue,) = compile.load(session, issue.number)
    neighbours = archive.neighbours(session, issue.number)
    document = _put(session, issue, neighbours)
    _relink(session, neighbours)
    return document


def recompile(session: Session, *numbers: int) -> dict[int, IssueDocument]:
    """Put issues that are in the archive already there as they are now, at one tick of the clock.

    In the order given: of two between which an item moves, that which it leaves comes first. Returns their documents.
    """
    session.flush()
    clock.tick(session)
    return dict(_recompiled(session, numbers))


def recompile_many(session: Session, numbers: Sequence[int]) -> None:
    """The same, for any number of issues."""
    session.flush()
    clock.tick(session)
    for _ in _recompiled(session, numbers):
        pass


def withdraw(session: Session, issue: Issue) -> None:
    """Take an issue out of the archive, and link its neighbours to each other."""
    session.flush()
    clock.tick(session)
    entries.remove(session, issue.number)
    keeping.remove_issue(session, issue.number)
    _relink(session, archive.neighbours(session, issue.number))


def put_publication(session: Session) -> None:
    """Make the archive's publication what the authors have."""
    session.flush()
    clock.tick(session)
    publication = session.get_one(Publication, 1, populate_existing=True)
    keeping.put_publication(
        session,
        PublicationDocument(
            title=publication.title,
            description=publication.description,
            author=publication.author,
            language=publication.language,
        ),
    )


def put_vocabulary(session: Session) -> None:
    """Make the archive's tags those that the authors have."""
    session.flush()
    clock.tick(session)
    vocabulary = Vocabulary.load(session)
    keeping.put_vocabulary(
        session,
        [
            ArchivedTag(
                slug=tag.slug,
                name=tag.name,
                description=tag.description,
                aliases=[alias.label for alias in tag.aliases],
            )
            for tag in vocabulary.tags
        ],
        vocabulary.keys(),
    )


def compiler(session: Session) -> str:
    """What compiles: what the archive has from another one is compiled anew."""
    return f"{compile.COMPILER}, {entries.analyser(session)}"


def _recompiled(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, IssueDocument]]:
    for start in range(0, len(numbers), LOADED):
        some = numbers[start : start + LOADED]
        loaded = {issue.number: issue for issue in compile.load(session, *some)}
        for number in some:
            yield number, _put(session, loaded[number], archive.neighbours(session, number))


def _put(session: Session, source: Issue, neighbours: Neighbours) -> IssueDocument:
    document = compile.issue(source, neighbours)
    items = keeping.put_issue(session, document, compiler(session))
    entries.put(session, document, items)
    return document


def _read_tags(session: Session, issue: Issue) -> None:
    of_items = (tag for section in issue.sections for item in section.items for tag in item.tags)
    used = {tag.id for tag in (*of_items, *(section.tag for section in issue.sections if section.tag))}
    if used:
        session.scalars(select(Tag).where(Tag.id.in_(used)).execution_options(populate_existing=True)).all()


def _relink(session: Session, numbers: Neighbours) -> None:
    """Freeze the neighbours anew with the links that they have now; nothing else of them changes."""
    for number in (numbers.previous, numbers.next):
        if number is not None:
            links = archive.neighbours(session, number).links(f"/issues/{number}")
            keeping.relink_issue(session, number, links)
