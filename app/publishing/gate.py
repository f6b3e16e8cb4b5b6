"""The gate between what is worked on and what is read. What passes it is in every projection when the transaction
commits, whole or not at all.

Whoever calls has locked the issues before, then holds the content clock (`hold`), and then has loaded what is to be
compiled: locks are taken in that order everywhere, so that no two wait for each other. So those who change what is
read do so one after another, in the clock's order; the clock rises when anything is different. None of these commits.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.archive import projection as archive_projection
from app.archive import writer
from app.archive.issues import Present
from app.archive.models import ArchivedTag
from app.archive.publication import language
from app.archive.sort_keys import assign
from app.content import compile
from app.content.compiled import Compiled, Projection
from app.content.document import IssueDocument, PublicationDocument, items_of
from app.content.models import Issue, Publication
from app.content.tags import Vocabulary
from app.db import clock
from app.search import projection as search_projection

PROJECTIONS: Sequence[Projection] = (archive_projection, search_projection)
"""What is kept of published issues. Each may refer to those before it."""

LOADED = 20
"""Issues that are in memory at once."""


def hold(session: Session) -> None:
    """Let nobody else change what the public reads until the transaction ends.

    Tags are among what an issue is compiled from, so load it after this.
    """
    session.flush()
    clock.hold(session)


def publish(session: Session, *issues: Issue) -> dict[int, Compiled]:
    """Make what the public reads of these issues, which are published, what the session has loaded of them.

    Of two between which an item has moved, the one that it left comes first. Returns them by their numbers.
    """
    hold(session)
    return {issue.number: _publish(session, issue) for issue in issues}


def recompile(session: Session, numbers: Sequence[int]) -> None:
    """The same for any number of issues, as the database has them now."""
    hold(session)
    for start in range(0, len(numbers), LOADED):
        for issue in compile.load(session, *numbers[start : start + LOADED]):
            _publish(session, issue)


def withdraw(session: Session, number: int) -> None:
    """Let the public read nothing of an issue any more."""
    hold(session)
    _remove(session, number)
    clock.tick(session)


def put_publication(session: Session) -> None:
    """Make the publication that the public reads what the authors have."""
    hold(session)
    publication = session.get_one(Publication, 1, populate_existing=True)
    writer.put_publication(
        session,
        PublicationDocument(
            title=publication.title,
            description=publication.description,
            author=publication.author,
            language=publication.language,
        ),
    )
    clock.tick(session)


def put_vocabulary(session: Session) -> None:
    """Make the tags that the public reads those that the authors have."""
    hold(session)
    vocabulary = Vocabulary.load(session)
    writer.put_vocabulary(
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
    clock.tick(session)


def compiler(session: Session) -> str:
    """What compiles: what the projections have from another one is compiled anew."""
    return _compiler(language(session))


def _publish(session: Session, issue: Issue) -> Compiled:
    present = archive.present(session, issue.number)
    mark = _compiler(present.language)
    before = _before(present, mark)
    if before is None and present.document is not None:
        _remove(session, issue.number)
    document = compile.issue(issue, present.neighbours)
    sort_keys = assign([item.id for item, _ in items_of(document)], present.sort_keys)
    compiled = Compiled.of(document, document.freeze(), sort_keys, present.language, mark, before)
    for projection in PROJECTIONS:
        if projection.put(session, compiled):
            clock.tick(session)
    return compiled


def _before(present: Present, mark: str) -> Compiled | None:
    """An issue as the projections have it; None when they do not, or when it cannot be compared with what is compiled
    now: another version compiled it, or its document and its rows differ."""
    if present.document is None or present.compiler != mark:
        return None
    document = IssueDocument.thaw(present.document)
    if {item.id for item, _ in items_of(document)} != present.sort_keys.keys():
        return None
    return Compiled.of(document, present.document, present.sort_keys, present.language, mark)


def _remove(session: Session, number: int) -> None:
    for projection in reversed(PROJECTIONS):
        projection.remove(session, number)


def _compiler(language: str) -> str:
    return f"{compile.COMPILER}, {search_projection.analyser(language)}"
