"""Issues: making, reading, changing and deleting them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import bin, issues, lists, replace
from app.authoring.routes.answers import OVERWRITES, working_copy
from app.authoring.schemas import IssueInput, IssuePatch, WholeIssue
from app.content import versions
from app.content.document import DeletedIssue, DraftIssue, ListedDraft
from app.problems import Invalid, InvalidCursor, NotFound, NumberTaken, SlugTaken, UnknownTag
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.idempotency import WriteRoute
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber

router = APIRouter(route_class=WriteRoute)


class DraftsQuery(ListQuery):
    status: Literal["draft", "scheduled"] | None = Field(None, description="issues with this status alone")


@router.get("/drafts", response_model=Listing[ListedDraft], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_drafts(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[DraftsQuery, Query()]
) -> AuthorResponse:
    """Issues that are not published, the highest number first."""
    names = chosen(query.fields, ListedDraft)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(lists.drafts(session, listing.page, query.status), names)


@router.get("/bin", response_model=Listing[DeletedIssue], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_deleted(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[ListQuery, Query()]
) -> AuthorResponse:
    """Issues that were deleted, the highest number first; `POST /issues/{number}/restore` brings one back."""
    names = chosen(query.fields, DeletedIssue)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(lists.deleted(session, listing.page), names)


@router.post(
    "/issues",
    status_code=201,
    response_model=DraftIssue,
    responses=problems(*CALLER, *BODY, NumberTaken, SlugTaken, UnknownTag),
)
def create_issue(given: IssueInput, caller: ContentWrite, session: Transaction) -> Created:
    """Make an issue, with as much of its tree as there is; `status: "published"` publishes it at once."""
    issue = issues.create(session, given, caller)
    made = issues.working_copy(session, issue)
    return Created(made, version=made.version, location=made.links.self)


@router.get("/issues/{number}/draft", response_model=DraftIssue, responses=problems(*CALLER, NotFound, Invalid))
def read_draft(
    number: IssueNumber, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """An issue as its authors have it, published or not. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftIssue)
    with snapshot() as session:
        copy = issues.working_copy(session, issues.find(session, number))
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.put(
    "/issues/{number}",
    response_model=DraftIssue,
    responses={
        201: {"model": DraftIssue, "description": "It was made"},
        **problems(*CALLER, *OVERWRITES, *BODY, SlugTaken, UnknownTag),
    },
)
def put_issue(
    number: IssueNumber, given: WholeIssue, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Make an issue just what the document says, in the shape that GET gives; what is not in it goes.

    Sections and items are known by their ids; those without one are new. What GET gives changes nothing.
    `version`, when it is there, is a precondition. An issue in the bin comes back by this.
    """
    issue, made = replace.put(
        session,
        number,
        given,
        caller,
        expect=if_match.expected_beside(given.version),
        must_exist=if_match.is_given,
    )
    copy = issues.working_copy(session, issue)
    if made:
        return Created(copy, version=copy.version, location=copy.links.self)
    return AuthorResponse(copy, version=copy.version)


@router.patch("/issues/{number}", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES, *BODY, SlugTaken))
def change_issue(
    number: IssueNumber, given: IssuePatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there; `null` takes away."""
    issue = issues.get(session, number, if_match.expected)
    issues.change(session, issue, given, caller)
    return working_copy(session, issue)


@router.delete("/issues/{number}", status_code=204, response_model=None, responses=problems(*CALLER, *OVERWRITES))
def delete_issue(number: IssueNumber, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Put an issue into the bin. It is no longer public or scheduled, and keeps its number there."""
    bin.put(session, issues.get(session, number, if_match.expected), caller)
    return NoContent()


@router.post("/issues/{number}/restore", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES))
def restore_issue(number: IssueNumber, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> AuthorResponse:
    """Bring an issue back from the bin, as a draft; one that is not there stays as it is."""
    issue = issues.lock(session, number)
    if issue is None:
        raise issues.unknown(number)
    versions.require(issue.version, if_match.expected)
    bin.take_back(session, issue, caller)
    return working_copy(session, issue)
