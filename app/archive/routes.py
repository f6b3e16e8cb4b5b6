"""What the public reads. These routes look at no credentials and at no table but the archive's."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.archive import issues, items, publication, sections, tags
from app.archive.schemas import IssueFilters, ItemFilters, ItemsOfIssueFilters, ItemsOfSectionFilters
from app.content.document import FrontDocument, IssueDocument, ListedIssue, ListedItem, SeriesDocument, TagDocument
from app.problems import Invalid, InvalidCursor, NotFound
from app.web.database import ReadConnection, Snapshot
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.problems import problems
from app.web.query import QueryRoute
from app.web.responses import PublicResponse
from app.web.values import IssueNumber, ItemId, SlugPath

router = APIRouter(tags=["reading"], route_class=QueryRoute)

_ONE = problems(NotFound, Invalid)
_LIST = problems(Invalid, InvalidCursor)
_LIST_OF_ONE = problems(NotFound, Invalid, InvalidCursor)


class IssuesQuery(IssueFilters, ListQuery):
    """What a request for a list of issues says."""


class ItemsQuery(ItemFilters, ListQuery):
    """What a request for a list of items says."""


class ItemsOfIssueQuery(ItemsOfIssueFilters, ListQuery):
    """The same where the address names the issue."""


class ItemsOfSectionQuery(ItemsOfSectionFilters, ListQuery):
    """The same where the address names the section."""


@router.get("/", response_model=FrontDocument, responses=problems(Invalid))
def read_front(snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """What is here: the publication, and where to go on."""
    names = chosen(query.fields, FrontDocument)
    with snapshot() as session:
        front = publication.front(session)
    return PublicResponse(narrow(front.freeze(), names))


@router.get("/issues", response_model=Listing[ListedIssue | IssueDocument], responses=_LIST)
def list_issues(request: Request, snapshot: Snapshot, query: Annotated[IssuesQuery, Query()]) -> PublicResponse:
    """Published issues, the newest first, without their texts and sections unless `full=true`."""
    names = chosen(query.fields, IssueDocument if query.full else ListedIssue)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(issues.page(session, listing.page, query), names)


@router.get("/issues/latest", response_model=IssueDocument, responses=_ONE)
def read_latest_issue(connect: ReadConnection, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """The published issue with the highest number, whole."""
    with connect() as connection:
        found = issues.latest(connection)
    return _issue(found, query)


@router.get("/issues/{number}", response_model=IssueDocument, responses=_ONE)
def read_issue(number: IssueNumber, connect: ReadConnection, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """A published issue, whole: its texts, sections and items."""
    with connect() as connection:
        found = issues.find(connection, number)
    return _issue(found, query)


@router.get("/issues/{number}/items", response_model=Listing[ListedItem], responses=_LIST_OF_ONE)
def list_items_of_issue(
    request: Request, number: IssueNumber, snapshot: Snapshot, query: Annotated[ItemsOfIssueQuery, Query()]
) -> PublicResponse:
    """The items of a published issue, as they are read."""
    with snapshot() as session:
        issues.require(session, number)
        return _items(session, request, query, issue=number)


@router.get("/items", response_model=Listing[ListedItem], responses=_LIST)
def list_items(request: Request, snapshot: Snapshot, query: Annotated[ItemsQuery, Query()]) -> PublicResponse:
    """Published items: those of the newest issue first, each issue's as they are read."""
    with snapshot() as session:
        return _items(session, request, query)


@router.get("/items/{id}", response_model=ListedItem, responses=_ONE)
def read_item(id: ItemId, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """A published item."""
    names = chosen(query.fields, ListedItem)
    with snapshot() as session:
        return PublicResponse(narrow(items.find(session, id), names))


@router.get("/sections", response_model=Listing[SeriesDocument], responses=_LIST)
def list_sections(request: Request, snapshot: Snapshot, query: Annotated[ListQuery, Query()]) -> PublicResponse:
    """The sections that published issues have, each once through all issues, by slug."""
    names = chosen(query.fields, SeriesDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(sections.page(session, listing.page), names)


@router.get("/sections/{section}", response_model=SeriesDocument, responses=_ONE)
def read_section(section: SlugPath, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """A section through all published issues, by its slug."""
    names = chosen(query.fields, SeriesDocument)
    with snapshot() as session:
        return PublicResponse(narrow(sections.find(session, section).freeze(), names))


@router.get("/sections/{section}/items", response_model=Listing[ListedItem], responses=_LIST_OF_ONE)
def list_items_of_section(
    request: Request, section: SlugPath, snapshot: Snapshot, query: Annotated[ItemsOfSectionQuery, Query()]
) -> PublicResponse:
    """Items of a section through all published issues, those of sections beneath it included."""
    with snapshot() as session:
        sections.find(session, section)
        return _items(session, request, query, section=section)


@router.get("/tags", response_model=Listing[TagDocument], responses=_LIST)
def list_tags(request: Request, snapshot: Snapshot, query: Annotated[ListQuery, Query()]) -> PublicResponse:
    """The publication's tags, those without items included, by slug."""
    names = chosen(query.fields, TagDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(tags.page(session, listing.page), names)


@router.get(
    "/tags/{slug}",
    response_model=TagDocument,
    responses={308: {"description": "An alias: the tag is there"}, **_ONE},
)
def read_tag(request: Request, slug: SlugPath, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> Response:
    """A tag, by its slug; an alias leads to it."""
    names = chosen(query.fields, TagDocument)
    with snapshot() as session:
        tag = tags.find(session, slug)
    if tag.slug != slug:
        return _moved(request, tag.links.self)
    return PublicResponse(narrow(tag.freeze(), names))


@router.get(
    "/tags/{slug}/items",
    response_model=Listing[ListedItem],
    responses={308: {"description": "An alias: the items are there"}, **_LIST_OF_ONE},
)
def list_items_of_tag(
    request: Request, slug: SlugPath, snapshot: Snapshot, query: Annotated[ItemsQuery, Query()]
) -> Response:
    """Published items that have a tag: those of the newest issue first. An alias leads to the tag."""
    with snapshot() as session:
        tag = tags.find(session, slug)
        if tag.slug != slug:
            return _moved(request, tag.links.items)
        return _items(session, request, query, tag=[slug, *query.tag])


def _issue(found: issues.Frozen, query: FieldsQuery) -> PublicResponse:
    if query.fields is None:
        return PublicResponse(found.document, etag=found.etag)
    return PublicResponse(narrow(found.document, chosen(query.fields, IssueDocument)))


def _items(
    session: Session, request: Request, query: ItemsQuery | ItemsOfIssueQuery | ItemsOfSectionQuery, **preset: Any
) -> PublicResponse:
    """A list of items by the filters of the query, and those that its address sets."""
    names = chosen(query.fields, ListedItem)
    listing = ListRequest(request, query)
    given = {name: getattr(query, name) for name in ItemFilters.model_fields if hasattr(query, name)}
    filters = ItemFilters.model_construct(**{**given, **preset})
    return listing.respond(items.page(session, listing.page, filters), names)


def _moved(request: Request, address: str) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(address + query, 308, headers={"cache-control": "public, no-cache"})
