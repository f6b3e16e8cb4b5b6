"""The gate. What passes it is in the archive when the transaction commits, whole or not at all.

Each function takes the content clock's row before it reads what it compiles, so that those who change the archive
do so one after another, in the clock's order. Whoever calls has locked the issue before (`authoring.issues.get`);
locks are taken in that order everywhere, so that no two wait for each other. None of these commits.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.archive import keeping
from app.archive.models import ArchivedTag
from app.archive.schemas import PublicationDocument
from app.content import compile
from app.content.document import Neighbours
from app.content.models import Issue, Publication, Tag
from app.content.tags import Vocabulary
from app.db import clock
from app.search import entries


def publish(session: Session, issue: Issue, *, new: bool = False) -> None:
    """Put a published issue into the archive as it is now, and link its neighbours to it.

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
    _put(session, issue, neighbours)
    _relink(session, neighbours)


def recompile(session: Session, issue: Issue) -> None:
    """Put an issue that is in the archive already there as it is now. A draft is left alone."""
    if issue.status != "published":
        return
    session.flush()
    clock.tick(session)
    (issue,) = compile.load(session, issue.number)
    _put(session, issue, archive.neighbours(session, issue.number))


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


def _put(session: Session, source: Issue, neighbours: Neighbours) -> None:
    document = compile.issue(source, neighbours)
    items = keeping.put_issue(session, document, compiler(session))
    entries.put(session, document, items)


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
