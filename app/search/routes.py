"""Searching."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.problems import Invalid, InvalidCursor
from app.search import finding
from app.search.schemas import Hit, IssueHit, ItemHit, SearchFilters
from app.web.database import Snapshot
from app.web.fields import chosen
from app.web.pages import Listing, ListQuery, ListRequest, PageInfo
from app.web.problems import problems
from app.web.query import QueryRoute
from app.web.responses import PublicResponse

router = APIRouter(tags=["reading"], route_class=QueryRoute)


class SearchQuery(SearchFilters, ListQuery):
    """What a request for a search says."""


class SearchPageInfo(PageInfo):
    ranked_among: int = Field(description="how many matches, the newest, were ranked; older ones are not shown")


class SearchResults(Listing[Hit]):
    """A page of hits: those with all words in the title, with some, with none; the newest first among equals."""

    page: SearchPageInfo


@router.get("/search", response_model=SearchResults, responses=problems(Invalid, InvalidCursor))
def search(request: Request, snapshot: Snapshot, query: Annotated[SearchQuery, Query()]) -> PublicResponse:
    """Published issues and items that have all of the words, those with the words in their title first."""
    names = chosen(query.fields, IssueHit, ItemHit)
    listing = ListRequest(request, query)
    with snapshot() as session:
        page = finding.page(session, listing.page, query)
    return listing.respond(page, names, ranked_among=page.ranked_among)
