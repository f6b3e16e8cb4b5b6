"""What authors may call. A route's `caller` says who that is: see `auth.permissions`."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.auth.permissions import ContentPublish, ContentRead, ContentWrite
from app.authoring import issues, items, sections
from app.authoring.schemas import (
    DraftsQuery,
    IssueInput,
    IssuePatch,
    ItemPatch,
    PlacedItemInput,
    PlacedSectionInput,
)
from app.content import compile
from app.content.document import DraftIssue, DraftItem, DraftSection, ListedIssue
from app.problems import (
    AmbiguousSection,
    Forbidden,
    Invalid,
    InvalidCursor,
    MalformedBody,
    NotFound,
    NumberTaken,
    Problem,
    SectionNeeded,
    SlugTaken,
    Stale,
    TooLarge,
    Unauthenticated,
    UnknownSection,
    UnknownTag,
    UnsupportedMediaType,
)
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.pages import Listing, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import problems
from app.web.responses import AuthorResponse, Created, Gone
from app.web.values import IssueNumber, ItemId

router = APIRouter(tags=["writing"], route_class=BodyRoute)

_CALLER: tuple[type[Problem], ...] = (Unauthenticated, Forbidden)
_BODY: tuple[type[Problem], ...] = (MalformedBody, TooLarge, UnsupportedMediaType, Invalid)


@router.get(
    "/drafts",
    response_model=Listing[ListedIssue],
    responses=problems(*_CALLER, Invalid, InvalidCursor),
)
def list_drafts(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[DraftsQuery, Query()]
) -> AuthorResponse:
    """Issues that are not published, the highest number first."""
    names = chosen(query.fields, ListedIssue)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(issues.drafts(session, listing, query), names)


@router.post(
    "/issues",
    status_code=201,
    response_model=DraftIssue,
    responses=problems(*_CALLER, *_BODY, NumberTaken, SlugTaken, UnknownTag),
)
def create_issue(given: IssueInput, caller: ContentWrite, session: Transaction) -> Created:
    """Make an issue, with as much of its tree as there is; `status: "published"` publishes it at once."""
    issue = issues.create(session, given, caller)
    made = issues.working_copy(session, issue.number)
    return Created(made, version=made.version, location=made.links.self)


@router.get("/issues/{number}/draft", response_model=DraftIssue, responses=problems(*_CALLER, NotFound, Invalid))
def read_draft(
    number: IssueNumber, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """An issue as its authors have it, published or not. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftIssue)
    with snapshot() as session:
        copy = issues.working_copy(session, number)
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.patch(
    "/issues/{number}",
    response_model=DraftIssue,
    responses=problems(*_CALLER, NotFound, *_BODY, SlugTaken, Stale),
)
def change_issue(
    number: IssueNumber, given: IssuePatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there; `null` takes away."""
    issues.change(session, issues.get(session, number, if_match), given, caller)
    return _issue(session, number)


@router.post(
    "/issues/{number}/publish", response_model=DraftIssue, responses=problems(*_CALLER, NotFound, Invalid, Stale)
)
def publish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Publish an issue; one that is published already stays as it is."""
    issues.publish(session, issues.get(session, number, if_match))
    return _issue(session, number)


@router.post(
    "/issues/{number}/unpublish", response_model=DraftIssue, responses=problems(*_CALLER, NotFound, Invalid, Stale)
)
def unpublish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Take an issue back from the public; a draft stays as it is. Its time of publication is kept."""
    issues.unpublish(session, issues.get(session, number, if_match))
    return _issue(session, number)


@router.post(
    "/issues/{number}/sections",
    status_code=201,
    response_model=DraftSection,
    responses=problems(*_CALLER, NotFound, *_BODY, UnknownTag, UnknownSection, AmbiguousSection, Stale),
)
def add_section(
    number: IssueNumber,
    given: PlacedSectionInput,
    caller: ContentWrite,
    session: Transaction,
    if_match: IfMatch,
) -> Created:
    """Add a section with all that is in it, at the top or beneath another."""
    issue = issues.get(session, number, if_match)
    made = compile.working_section(sections.add(session, issue, given, caller))
    # Where it is found is its issue's working copy, so the ETag is of that.
    return Created(made, version=issue.version, location=f"/issues/{number}/draft")


@router.post(
    "/issues/{number}/items",
    status_code=201,
    response_model=DraftItem,
    responses=problems(*_CALLER, NotFound, *_BODY, UnknownTag, UnknownSection, SectionNeeded, AmbiguousSection, Stale),
)
def add_item(
    number: IssueNumber, given: PlacedItemInput, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> Created:
    """Add an item: to the section named, else to the outermost section whose own tag it bears.

    In a published issue it is live when the answer comes.
    """
    item = items.add(session, issues.get(session, number, if_match), given, caller)
    made = compile.working_item(item)
    return Created(made, version=made.version, location=f"/items/{made.id}/draft")


@router.get("/items/{id}/draft", response_model=DraftItem, responses=problems(*_CALLER, NotFound, Invalid))
def read_draft_item(
    id: ItemId, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """An item as its authors have it. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftItem)
    with snapshot() as session:
        copy = items.working_copy(session, id)
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.patch(
    "/items/{id}", response_model=DraftItem, responses=problems(*_CALLER, NotFound, *_BODY, UnknownTag, Stale)
)
def change_item(
    id: ItemId, given: ItemPatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there; `null` takes away. A title made from the body follows it."""
    copy = compile.working_item(items.change(session, items.get(session, id, if_match), given, caller))
    return AuthorResponse(copy, version=copy.version)


@router.delete(
    "/items/{id}", status_code=204, response_model=None, responses=problems(*_CALLER, NotFound, Invalid, Stale)
)
def remove_item(id: ItemId, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> Gone:
    """Delete an item; those behind it move up."""
    items.remove(session, items.get(session, id, if_match), caller)
    return Gone()


def _issue(session: Session, number: int) -> AuthorResponse:
    copy = issues.working_copy(session, number)
    return AuthorResponse(copy, version=copy.version)
