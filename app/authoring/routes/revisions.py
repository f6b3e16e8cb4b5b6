"""The revisions of an issue: listing, reading, comparing and restoring them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import issues, replace, revisions
from app.authoring.diffs import compare
from app.authoring.routes.responses import CONDITIONAL, working_copy
from app.authoring.schemas import RevisionDocument
from app.content.differences import Differences
from app.content.document import DraftIssue, IssueDocument
from app.problems import Invalid, InvalidCursor, NotFound, SlugTaken, UnknownTag
from app.validation import LARGEST_NUMBER, StrictInteger
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import CALLER, problems
from app.web.responses import AuthorResponse
from app.web.values import IssueNumber, Version
from app.web.write_route import WriteRoute

router = APIRouter(prefix="/issues/{number}/revisions", route_class=WriteRoute)


class RevisionQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[int, Field(ge=1, le=LARGEST_NUMBER), StrictInteger] | None = Field(
        None, description="another revision; default: the current state"
    )


@router.get("", response_model=Listing[RevisionDocument], responses=problems(*CALLER, NotFound, Invalid, InvalidCursor))
def list_revisions(
    request: Request,
    number: IssueNumber,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[ListQuery, Query()],
) -> AuthorResponse:
    """List the revisions of an issue, newest first: who wrote them, when, and with which request.

    Writes of one caller within a minute are combined into one revision.
    """
    names = parse_fields(query.fields, RevisionDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(revisions.page(session, listing.page, issues.find(session, number)), names)


@router.get("/{version}", response_model=IssueDocument, responses=problems(*CALLER, NotFound, Invalid))
def read_revision(
    number: IssueNumber,
    version: Version,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[FieldsQuery, Query()],
) -> AuthorResponse:
    """Read an issue at a revision."""
    names = parse_fields(query.fields, IssueDocument)
    with snapshot() as session:
        document = revisions.read(session, issues.find(session, number), version)
    return AuthorResponse(select_fields(document, names))


@router.get("/{version}/diff", response_model=Differences, responses=problems(*CALLER, NotFound, Invalid))
def compare_revisions(
    number: IssueNumber,
    version: Version,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[RevisionQuery, Query()],
) -> AuthorResponse:
    """Compare a revision with the current state, or with another revision (`to`)."""
    with snapshot() as session:
        return AuthorResponse(compare(session, issues.find(session, number), version, query.to))


@router.post(
    "/{version}/restore", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL, SlugTaken, UnknownTag)
)
def restore_revision(
    number: IssueNumber, version: Version, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Restore an issue to a revision. This creates a new revision, and the current one is kept."""
    issue = issues.get(session, number, if_match.expected)
    replace.restore(session, issue, version, caller)
    return working_copy(session, issue)
