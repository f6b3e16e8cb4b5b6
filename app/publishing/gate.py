"""The gate between the authoring side and everything that is public. It updates all projections of a published issue in
the transaction of the change.

Rows are locked in this order everywhere, which prevents deadlocks: issues by number, the publication (to take a number
or a slug), tags, an item of the inbox, the content clock (`lock`). After that a transaction loads what it will compile,
and writes rows that refer to tags. So transactions that change public content run one after another, and the clock
rises with each of them that changes anything. None of these functions commits.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.archive import projection as archive_projection
from app.archive import writer
from app.archive.issues import Current
from app.archive.publication import language
from app.archive.sort_keys import assign_sort_keys
from app.content import compile
from app.content.compiled import Compiled, Projection
from app.content.document import IssueDocument, PublicationDocument, items_of
from app.content.models import Issue, Publication
from app.content.tags import Vocabulary
from app.db import clock
from app.search import projection as search_projection

PROJECTIONS: Sequence[Projection] = (archive_projection, search_projection)
"""The projections of published issues. Rows of each may refer to rows of those before it."""

BATCH_SIZE = 20
"""The maximum number of issues that `recompile` loads at once."""


def lock(session: Session) -> None:
    """Lock the content clock until the transaction ends, so that no other transaction changes public content.

    Load issues after this, because they are compiled with their tags, which could change otherwise.
    """
    session.flush()
    clock.lock(session)


def publish(session: Session, *issues: Issue) -> dict[int, Compiled]:
    """Compile these published issues, as the session has loaded them, and update all projections.

    If an item was moved from one issue to another, the one that it left must come first. Returns the compiled issues by
    number.
    """
    lock(session)
    return {issue.number: _publish(session, issue) for issue in issues}


def recompile(session: Session, numbers: Sequence[int]) -> None:
    """The same for any number of issues, which are loaded from the database."""
    lock(session)
    for start in range(0, len(numbers), BATCH_SIZE):
        for issue in compile.load(session, *numbers[start : start + BATCH_SIZE]):
            _publish(session, issue)


def withdraw(session: Session, number: int) -> None:
    """Remove an issue from all projections."""
    lock(session)
    _remove(session, number)
    clock.tick(session)


def put_publication(session: Session) -> None:
    """Copy the publication to the archive."""
    lock(session)
    publication = session.get_one(Publication, 1, populate_existing=True)
    document = PublicationDocument(
        title=publication.title,
        description=publication.description,
        author=publication.author,
        language=publication.language,
    )
    if writer.put_publication(session, document):
        clock.tick(session)


def put_vocabulary(session: Session) -> None:
    """Copy the vocabulary to the archive."""
    lock(session)
    vocabulary = Vocabulary.load(session)
    tags = [
        {
            "slug": tag.slug,
            "name": tag.name,
            "description": tag.description,
            "aliases": [alias.label for alias in tag.aliases],
        }
        for tag in vocabulary.tags
    ]
    if writer.put_vocabulary(session, tags, vocabulary.keys()):
        clock.tick(session)


def compiler(session: Session) -> str:
    """The version of the compiler, which includes the language. Issues of another version must be compiled again."""
    return _compiler(language(session))


def _publish(session: Session, issue: Issue) -> Compiled:
    current = archive.current(session, issue.number)
    version = _compiler(current.language)
    before = _before(current, version)
    if before is None and current.document is not None:
        _remove(session, issue.number)
    document = compile.issue(issue, current.neighbours)
    sort_keys = assign_sort_keys([item.id for item, _ in items_of(document)], current.sort_keys)
    compiled = Compiled.of(document, document.freeze(), sort_keys, current.language, version, before)
    for projection in PROJECTIONS:
        if projection.put(session, compiled):
            clock.tick(session)
    return compiled


def _before(current: Current, version: str) -> Compiled | None:
    """The issue as it is in the projections; None if it is not there, or cannot be compared because another version
    compiled it, or because its document and its rows differ."""
    if current.document is None or current.compiler != version:
        return None
    document = IssueDocument.thaw(current.document)
    if {item.id for item, _ in items_of(document)} != current.sort_keys.keys():
        return None
    compile.remember_rendered(document)
    return Compiled.of(document, current.document, current.sort_keys, current.language, version)


def _remove(session: Session, number: int) -> None:
    for projection in reversed(PROJECTIONS):
        projection.remove(session, number)


def _compiler(language: str) -> str:
    return f"{compile.COMPILER}, {search_projection.analyser(language)}"
