"""Reading published issues: single issues and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import aggregate_strings

from app.archive.items import tag_groups
from app.archive.lists import page_by_publication, published
from app.archive.models import ArchivedIssue, ArchivedIssueTag, ArchivedItem, ArchivedPublication
from app.archive.schemas import IssueFilters
from app.content.document import Neighbours
from app.db.pages import Page, PageRequest
from app.problems import Fault, Invalid, NotFound

MOST_WHOLE = 25
"""The maximum number of complete documents on a page."""
LARGEST_PAGE = 8_000_000
"""Bytes of several complete documents on a page: a single one may have more."""


@dataclass(frozen=True)
class Frozen:
    """The bytes of a document, with its number, their ETag and the version of the compiler."""

    number: int
    document: bytes
    etag: str
    compiler: str


_frozen = select(ArchivedIssue.number, ArchivedIssue.document, ArchivedIssue.etag, ArchivedIssue.compiler)
_by_number = _frozen.where(ArchivedIssue.number == bindparam("number"))
_previous = select(func.max(ArchivedIssue.number)).where(ArchivedIssue.number < bindparam("number")).scalar_subquery()
_next = select(func.min(ArchivedIssue.number)).where(ArchivedIssue.number > bindparam("number")).scalar_subquery()
_beside = select(_previous, _next)
_sort_keys = (
    select(aggregate_strings(cast(ArchivedItem.id, String) + ":" + cast(ArchivedItem.sort_key, String), ","))
    .where(ArchivedItem.issue_number == bindparam("number"))
    .scalar_subquery()
)
_current = (
    select(_previous, _next, ArchivedPublication.language, ArchivedIssue.compiler, ArchivedIssue.document, _sort_keys)
    .select_from(ArchivedPublication)
    .outerjoin(ArchivedIssue, ArchivedIssue.number == bindparam("number"))
)


@dataclass(frozen=True)
class Current:
    """The state of an issue in the archive, with everything else that compiling it depends on."""

    neighbours: Neighbours
    language: str
    """The language of the publication."""
    compiler: str | None
    """The version of the compiler of the document; None if the issue is not in the archive."""
    document: bytes | None
    """None if the issue is not in the archive."""
    sort_keys: Mapping[int, int]
    """The sort keys of its items, by item id."""


def find(session: Session | Connection, number: int) -> Frozen:
    """A published issue. Raises NotFound."""
    row = session.execute(_by_number, {"number": number}).first()
    if row is None:
        raise NotFound(f"Issue {number} is not published. GET /issues lists all published issues.")
    return Frozen(*row)


def latest(session: Session | Connection) -> Frozen:
    """The published issue with the highest number. Raises NotFound if there is none."""
    row = session.execute(_frozen.order_by(ArchivedIssue.number.desc()).limit(1)).first()
    if row is None:
        raise NotFound("No issue has been published yet.")
    return Frozen(*row)


def latest_number(session: Session) -> int | None:
    return session.scalar(select(func.max(ArchivedIssue.number)))


def numbers(session: Session) -> Sequence[int]:
    """The numbers of all published issues, lowest first."""
    return session.scalars(select(ArchivedIssue.number).order_by(ArchivedIssue.number)).all()


def require(session: Session, number: int) -> None:
    """Raises NotFound unless the issue is published."""
    if session.scalar(select(ArchivedIssue.number).where(ArchivedIssue.number == number)) is None:
        raise NotFound(f"Issue {number} is not published. GET /issues lists all published issues.")


def page(session: Session, request: PageRequest, filters: IssueFilters) -> Page[bytes]:
    """A page of published issues. Raises Invalid if the limit is too high for complete documents."""
    if filters.full and request.limit > MOST_WHOLE:
        detail = f"limit must be 1 to {MOST_WHOLE} with full=true; you sent {request.limit}"
        raise Invalid(detail, errors=[Fault("limit", "out-of-range", detail)])
    columns = (ArchivedIssue.published_at, ArchivedIssue.number)
    newest_first = filters.order == "-published_at"
    statement = select(ArchivedIssue.document if filters.full else ArchivedIssue.listed, *columns).where(
        *published(ArchivedIssue.published_at, filters.from_, filters.to)
    )
    for group in tag_groups(session, filters.tag):
        has_one = ArchivedIssueTag.issue_number == ArchivedIssue.number, ArchivedIssueTag.tag.in_(group)
        statement = statement.where(exists().where(*has_one))
    if filters.slug is not None:
        statement = statement.where(ArchivedIssue.slug == filters.slug)
    largest = LARGEST_PAGE if filters.full else None
    return page_by_publication(session, request, statement, columns, newest_first=newest_first, largest=largest)


def current(session: Session, number: int) -> Current:
    """The state of an issue, published or not, in one statement."""
    previous, following, language, compiler, document, sort_keys = session.execute(_current, {"number": number}).one()
    pairs = (pair.split(":") for pair in sort_keys.split(",")) if sort_keys else ()
    return Current(
        neighbours=Neighbours(previous, following),
        language=language,
        compiler=compiler,
        document=document,
        sort_keys={int(identifier): int(key) for identifier, key in pairs},
    )


def neighbours(session: Session, number: int) -> Neighbours:
    """The published issues before and after a number, whether that is published itself or not."""
    return Neighbours(*session.execute(_beside, {"number": number}).one())
