"""Issues: creating, reading, changing and deleting them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import bin, issues, lists, replace
from app.authoring.routes.responses import CONDITIONAL, working_copy
from app.authoring.schemas import IssueDocumentInput, IssueInput, IssuePatch
from app.content import versions
from app.content.document import DeletedIssue, DraftIssue, ListedDraft
from app.problems import (
    AlreadyExists,
    Invalid,
    InvalidCursor,
    NotFound,
    NumberTaken,
    PreconditionFailed,
    SlugTaken,
    UnknownTag,
)
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch, IfNoneMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber
from app.web.write_route import WriteRoute

router = APIRouter(route_class=WriteRoute)


class DraftsQuery(ListQuery):
    status: Literal["draft", "scheduled"] | None = Field(None, description="only issues with this status")


@router.get("/drafts", response_model=Listing[ListedDraft], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_drafts(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[DraftsQuery, Query()]
) -> AuthorResponse:
    """List the issues that are not published, highest number first."""
    names = parse_fields(query.fields, ListedDraft)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(lists.drafts(session, listing.page, query.status), names)


@router.get("/bin", response_model=Listing[DeletedIssue], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_deleted(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[ListQuery, Query()]
) -> AuthorResponse:
    """List the deleted issues, highest number first. `POST /issues/{number}/restore` restores one."""
    names = parse_fields(query.fields, DeletedIssue)
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
    """Create an issue, with its sections and items if you send them. `"status": "published"` publishes it."""
    copy = issues.working_copy(session, issues.create(session, given, caller))
    return Created(copy, version=copy.version, location=copy.links.self)


@router.get("/issues/{number}/draft", response_model=DraftIssue, responses=problems(*CALLER, NotFound, Invalid))
def read_draft(
    number: IssueNumber, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """Read the working copy of an issue, published or not. Send its ETag as `If-Match` when you change the issue."""
    names = parse_fields(query.fields, DraftIssue)
    with snapshot() as session:
        copy = issues.working_copy(session, issues.find(session, number))
    return AuthorResponse(select_fields(copy.freeze(), names), version=copy.version)


@router.put(
    "/issues/{number}",
    response_model=DraftIssue,
    responses={
        201: {"model": DraftIssue, "description": "The issue was created"},
        **problems(*CALLER, *CONDITIONAL, *BODY, PreconditionFailed, AlreadyExists, SlugTaken, UnknownTag),
    },
)
def put_issue(
    number: IssueNumber,
    given: IssueDocumentInput,
    caller: ContentWrite,
    session: Transaction,
    if_match: IfMatch,
    if_none_match: IfNoneMatch,
) -> AuthorResponse:
    """Create or replace an issue. The document has the shape that GET returns.

    Sections and items with an id are updated, those without an id are created, and those that are missing are deleted.
    Sending the response of GET unchanged changes nothing. `version`, if present, is a precondition, and
    `If-None-Match: *` only creates. An issue in the bin is restored.
    """
    issue, created = replace.put(
        session,
        number,
        given,
        caller,
        expect=if_match.expected_beside(given.version),
        must_exist=if_match.is_given,
        must_not_exist=if_none_match,
    )
    copy = issues.working_copy(session, issue)
    if created:
        return Created(copy, version=copy.version, location=copy.links.self)
    return AuthorResponse(copy, version=copy.version)


@router.patch(
    "/issues/{number}", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL, *BODY, SlugTaken)
)
def change_issue(
    number: IssueNumber, given: IssuePatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Update the given fields of an issue. `null` removes a value."""
    issue = issues.get(session, number, if_match.expected)
    issues.change(session, issue, given, caller)
    return working_copy(session, issue)


@router.delete("/issues/{number}", status_code=204, response_model=None, responses=problems(*CALLER, *CONDITIONAL))
def delete_issue(number: IssueNumber, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Move an issue to the bin, where it keeps its number. It is no longer public or scheduled."""
    bin.delete(session, issues.get(session, number, if_match.expected), caller)
    return NoContent()


@router.post("/issues/{number}/restore", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL))
def restore_issue(number: IssueNumber, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> AuthorResponse:
    """Restore an issue from the bin, as a draft. Has no effect on an issue that is not in the bin."""
    issue = issues.lock(session, number)
    if issue is None:
        raise issues.not_found(number)
    versions.require(issue.version, if_match.expected)
    bin.restore(session, issue, caller)
    return working_copy(session, issue)
