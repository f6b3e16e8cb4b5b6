"""The search route."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.problems import Invalid, InvalidCursor
from app.search import query as searching
from app.search.schemas import Hit, IssueHit, ItemHit, SearchFilters
from app.web.database import Snapshot
from app.web.fields import parse_fields
from app.web.pages import Listing, ListQuery, ListRequest, PageInfo
from app.web.problems import problems
from app.web.responses import PublicResponse
from app.web.strict_route import LimitedRoute

router = APIRouter(tags=["reading"], route_class=LimitedRoute)


class SearchQuery(SearchFilters, ListQuery):
    """The query parameters of the search."""


class SearchPageInfo(PageInfo):
    ranked_among: int = Field(
        description="the number of matches that were ranked; only the newest matches are ranked and returned"
    )


class SearchResults(Listing[Hit]):
    """A page of results: first those with all words in the title, then those with some, then the others; newest first
    in each group."""

    page: SearchPageInfo


@router.get("/search", response_model=SearchResults, responses=problems(Invalid, InvalidCursor))
def search(request: Request, snapshot: Snapshot, query: Annotated[SearchQuery, Query()]) -> PublicResponse:
    """Search published issues and items. Results contain all words; those with the words in the title come first."""
    names = parse_fields(query.fields, IssueHit, ItemHit)
    listing = ListRequest(request, query)
    with snapshot() as session:
        page = searching.page(session, listing.page, query)
    return listing.respond(page, names, keys=("search",), ranked_among=page.ranked_among)
