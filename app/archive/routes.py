"""The public routes. They ignore credentials, and read only the tables of the archive."""

from collections.abc import Sequence
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
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.problems import problems
from app.web.responses import PublicResponse
from app.web.root_path import link
from app.web.strict_route import StrictRoute
from app.web.values import IssueNumber, ItemId, SlugPath

router = APIRouter(tags=["reading"], route_class=StrictRoute)

_ONE = problems(NotFound, Invalid)
_LIST = problems(Invalid, InvalidCursor)
_LIST_OF_ONE = problems(NotFound, Invalid, InvalidCursor)


class IssuesQuery(IssueFilters, ListQuery):
    """The query parameters of lists of issues."""


class ItemsQuery(ItemFilters, ListQuery):
    """The query parameters of lists of items."""


class ItemsOfIssueQuery(ItemsOfIssueFilters, ListQuery):
    """The same if the path has the issue."""


class ItemsOfSectionQuery(ItemsOfSectionFilters, ListQuery):
    """The same if the path has the section."""


@router.get("/", response_model=FrontDocument, responses=problems(Invalid))
def read_root(request: Request, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """Read the publication, with links to its resources."""
    names = parse_fields(query.fields, FrontDocument)
    with snapshot() as session:
        front = publication.front(session)
    links = {name: path and link(request, path) for name, path in front.links}
    front = front.model_copy(update={"links": front.links.model_copy(update=links)})
    return PublicResponse(select_fields(front.freeze(), names), keys=("publication", "issues"))


@router.get("/issues", response_model=Listing[ListedIssue | IssueDocument], responses=_LIST)
def list_issues(request: Request, snapshot: Snapshot, query: Annotated[IssuesQuery, Query()]) -> PublicResponse:
    """List the published issues, newest first. With `full=true`, they include their texts and sections."""
    names = parse_fields(query.fields, IssueDocument if query.full else ListedIssue)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(issues.page(session, listing.page, query), names, keys=("issues",))


@router.get("/issues/latest", response_model=IssueDocument, responses=_ONE)
def read_latest_issue(connect: ReadConnection, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """Read the published issue with the highest number."""
    with connect() as connection:
        found = issues.latest(connection)
    return _issue(found, query, "issues")


@router.get("/issues/{number}", response_model=IssueDocument, responses=_ONE)
def read_issue(number: IssueNumber, connect: ReadConnection, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """Read a published issue, with its texts, sections and items."""
    with connect() as connection:
        found = issues.find(connection, number)
    return _issue(found, query)


@router.get("/issues/{number}/items", response_model=Listing[ListedItem], responses=_LIST_OF_ONE)
def list_items_of_issue(
    request: Request, number: IssueNumber, snapshot: Snapshot, query: Annotated[ItemsOfIssueQuery, Query()]
) -> PublicResponse:
    """List the items of a published issue, in reading order."""
    with snapshot() as session:
        issues.require(session, number)
        return _items(session, request, query, (f"issue-{number}",), issue=number)


@router.get("/items", response_model=Listing[ListedItem], responses=_LIST)
def list_items(request: Request, snapshot: Snapshot, query: Annotated[ItemsQuery, Query()]) -> PublicResponse:
    """List the published items, those of the newest issue first, in reading order within an issue."""
    with snapshot() as session:
        return _items(session, request, query, ("items",))


@router.get("/items/{id}", response_model=ListedItem, responses=_ONE)
def read_item(id: ItemId, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """Read a published item."""
    names = parse_fields(query.fields, ListedItem)
    with snapshot() as session:
        frozen, issue = items.find(session, id)
    return PublicResponse(select_fields(frozen, names), keys=(f"item-{id}", f"issue-{issue}"))


@router.get("/sections", response_model=Listing[SeriesDocument], responses=_LIST)
def list_sections(request: Request, snapshot: Snapshot, query: Annotated[ListQuery, Query()]) -> PublicResponse:
    """List the series, ordered by slug. Sections with the same slug, in different issues, form a series."""
    names = parse_fields(query.fields, SeriesDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(sections.page(session, listing.page), names, keys=("sections",))


@router.get("/sections/{section}", response_model=SeriesDocument, responses=_ONE)
def read_section(section: SlugPath, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> PublicResponse:
    """Read a series, the sections with this slug in all published issues."""
    names = parse_fields(query.fields, SeriesDocument)
    with snapshot() as session:
        series = sections.find(session, section)
    return PublicResponse(select_fields(series.freeze(), names), keys=("sections", f"section-{series.slug}"))


@router.get("/sections/{section}/items", response_model=Listing[ListedItem], responses=_LIST_OF_ONE)
def list_items_of_section(
    request: Request, section: SlugPath, snapshot: Snapshot, query: Annotated[ItemsOfSectionQuery, Query()]
) -> PublicResponse:
    """List the items of a series, including those in subsections."""
    with snapshot() as session:
        series = sections.find(session, section)
        keys = ("items", f"section-{series.slug}")
        return _items(session, request, query, keys, section=section)


@router.get("/tags", response_model=Listing[TagDocument], responses=_LIST)
def list_tags(request: Request, snapshot: Snapshot, query: Annotated[ListQuery, Query()]) -> PublicResponse:
    """List all tags, including those without items, ordered by slug."""
    names = parse_fields(query.fields, TagDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(tags.page(session, listing.page), names, keys=("tags",))


@router.get(
    "/tags/{slug}",
    response_model=TagDocument,
    responses={308: {"description": "An alias: redirects to the tag"}, **_ONE},
)
def read_tag(request: Request, slug: SlugPath, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> Response:
    """Read a tag. An alias redirects to it."""
    names = parse_fields(query.fields, TagDocument)
    with snapshot() as session:
        tag = tags.find(session, slug)
    if tag.slug != slug:
        return _redirect(request, tag.links.self)
    return PublicResponse(select_fields(tag.freeze(), names), keys=("tags", f"tag-{tag.slug}"))


@router.get(
    "/tags/{slug}/items",
    response_model=Listing[ListedItem],
    responses={308: {"description": "An alias: redirects to the items of the tag"}, **_LIST_OF_ONE},
)
def list_items_of_tag(
    request: Request, slug: SlugPath, snapshot: Snapshot, query: Annotated[ItemsQuery, Query()]
) -> Response:
    """List the published items with a tag, those of the newest issue first. An alias redirects to the tag."""
    with snapshot() as session:
        tag = tags.find(session, slug)
        if tag.slug != slug:
            return _redirect(request, tag.links.items)
        keys = ("items", f"tag-{slug}")
        return _items(session, request, query, keys, tag=[slug, *query.tag])


def _issue(found: issues.Frozen, query: FieldsQuery, *lists: str) -> PublicResponse:
    keys = (f"issue-{found.number}", *lists)
    if query.fields is None:
        return PublicResponse(found.document, etag=found.etag, keys=keys)
    return PublicResponse(select_fields(found.document, parse_fields(query.fields, IssueDocument)), keys=keys)


def _items(
    session: Session,
    request: Request,
    query: ItemsQuery | ItemsOfIssueQuery | ItemsOfSectionQuery,
    keys: Sequence[str],
    **preset: Any,
) -> PublicResponse:
    """A list of items with these keys, filtered by the query and by `preset`, the filters from the path."""
    names = parse_fields(query.fields, ListedItem)
    listing = ListRequest(request, query)
    given = {name: getattr(query, name) for name in ItemFilters.model_fields if hasattr(query, name)}
    filters = ItemFilters.model_construct(**{**given, **preset})
    return listing.respond(items.page(session, listing.page, filters), names, keys=keys)


def _redirect(request: Request, path: str) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(link(request, path) + query, 308, headers={"cache-control": "public, no-cache"})
