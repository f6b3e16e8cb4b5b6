"""Reading issues: one by its number, and lists of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import aggregate_strings

from app.archive.items import wanted_tags
from app.archive.lists import by_publication, published
from app.archive.models import ArchivedIssue, ArchivedIssueTag, ArchivedItem, ArchivedPublication
from app.archive.schemas import IssueFilters
from app.content.document import Neighbours
from app.db.pages import Page, PageRequest
from app.problems import Fault, Invalid, NotFound

MOST_WHOLE = 25
"""Whole documents on a page."""


@dataclass(frozen=True)
class Frozen:
    """A document's bytes, with their ETag and what compiled them."""

    document: bytes
    etag: str
    compiler: str


_frozen = select(ArchivedIssue.document, ArchivedIssue.etag, ArchivedIssue.compiler)
_by_number = _frozen.where(ArchivedIssue.number == bindparam("number"))
_previous = select(func.max(ArchivedIssue.number)).where(ArchivedIssue.number < bindparam("number")).scalar_subquery()
_next = select(func.min(ArchivedIssue.number)).where(ArchivedIssue.number > bindparam("number")).scalar_subquery()
_beside = select(_previous, _next)
_sort_keys = (
    select(aggregate_strings(cast(ArchivedItem.id, String) + ":" + cast(ArchivedItem.sort_key, String), ","))
    .where(ArchivedItem.issue_number == bindparam("number"))
    .scalar_subquery()
)
_present = (
    select(_previous, _next, ArchivedPublication.language, ArchivedIssue.compiler, ArchivedIssue.document, _sort_keys)
    .select_from(ArchivedPublication)
    .outerjoin(ArchivedIssue, ArchivedIssue.number == bindparam("number"))
)


@dataclass(frozen=True)
class Present:
    """What the archive has of an issue, and what whoever compiles it must know of the rest."""

    neighbours: Neighbours
    language: str
    """The publication's."""
    compiler: str | None
    """What compiled the document; None when the issue is not in the archive, and so is the next."""
    document: bytes | None
    sort_keys: Mapping[int, int]
    """Of its items, by their ids."""


def find(session: Session | Connection, number: int) -> Frozen:
    """A published issue. Raises NotFound."""
    row = session.execute(_by_number, {"number": number}).first()
    if row is None:
        raise NotFound(f"Issue {number} is not published. GET /issues lists those that are.")
    return Frozen(*row)


def latest(session: Session | Connection) -> Frozen:
    """The published issue with the highest number. Raises NotFound when there is none."""
    row = session.execute(_frozen.order_by(ArchivedIssue.number.desc()).limit(1)).first()
    if row is None:
        raise NotFound("No issue has been published yet.")
    return Frozen(*row)


def latest_number(session: Session) -> int | None:
    return session.scalar(select(func.max(ArchivedIssue.number)))


def numbers(session: Session) -> Sequence[int]:
    """The numbers of all published issues, the lowest first."""
    return session.scalars(select(ArchivedIssue.number).order_by(ArchivedIssue.number)).all()


def require(session: Session, number: int) -> None:
    """Raises NotFound unless the issue is published."""
    if session.scalar(select(ArchivedIssue.number).where(ArchivedIssue.number == number)) is None:
        raise NotFound(f"Issue {number} is not published. GET /issues lists those that are.")


def page(session: Session, request: PageRequest, filters: IssueFilters) -> Page[bytes]:
    """Raises Invalid when more whole documents are asked for than a page may have."""
    if filters.full and request.limit > MOST_WHOLE:
        detail = f"limit must be 1 to {MOST_WHOLE} with full=true; you sent {request.limit}"
        raise Invalid(detail, errors=[Fault("limit", "out-of-range", detail)])
    columns = (ArchivedIssue.published_at, ArchivedIssue.number)
    newest_first = filters.order == "-published_at"
    statement = select(ArchivedIssue.document if filters.full else ArchivedIssue.listed, *columns).where(
        *published(ArchivedIssue.published_at, filters.from_, filters.to)
    )
    for group in wanted_tags(session, filters.tag):
        has_one = ArchivedIssueTag.issue_number == ArchivedIssue.number, ArchivedIssueTag.tag.in_(group)
        statement = statement.where(exists().where(*has_one))
    if filters.slug is not None:
        statement = statement.where(ArchivedIssue.slug == filters.slug)
    return by_publication(session, request, statement, columns, newest_first=newest_first)


def present(session: Session, number: int) -> Present:
    """What there is of an issue, published or not, in one statement."""
    previous, following, language, compiler, document, sort_keys = session.execute(_present, {"number": number}).one()
    pairs = (pair.split(":") for pair in sort_keys.split(",")) if sort_keys else ()
    return Present(
        neighbours=Neighbours(previous, following),
        language=language,
        compiler=compiler,
        document=document,
        sort_keys={int(identifier): int(key) for identifier, key in pairs},
    )


def neighbours(session: Session, number: int) -> Neighbours:
    """The published issues on either side of a number, whether it is published itself or not."""
    return Neighbours(*session.execute(_beside, {"number": number}).one())
