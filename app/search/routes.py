"""Searching."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from app.problems import Invalid, InvalidCursor
from app.search import finding
from app.search.schemas import IssueHit, ItemHit, SearchQuery, SearchResults
from app.web.database import Snapshot
from app.web.fields import chosen
from app.web.pages import ListRequest
from app.web.problems import problems
from app.web.query import QueryRoute
from app.web.responses import PublicResponse

router = APIRouter(tags=["reading"], route_class=QueryRoute)


@router.get("/search", response_model=SearchResults, responses=problems(Invalid, InvalidCursor))
def search(request: Request, snapshot: Snapshot, query: Annotated[SearchQuery, Query()]) -> PublicResponse:
    """Published issues and items that have all of the words, those with the words in their title first."""
    names = chosen(query.fields, IssueHit, ItemHit)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond(finding.page(session, listing, query), names)
