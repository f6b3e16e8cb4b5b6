"""The history of an issue: its revisions, what they changed, and going back to one."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import history, issues, replace
from app.authoring.comparing import compare
from app.authoring.routes.answers import OVERWRITES, working_copy
from app.authoring.schemas import RevisionDocument
from app.content.differences import Differences
from app.content.document import DraftIssue, IssueDocument
from app.problems import Invalid, InvalidCursor, NotFound, SlugTaken, UnknownTag
from app.validation import LARGEST_NUMBER, Whole
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.idempotency import WriteRoute
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import CALLER, problems
from app.web.responses import AuthorResponse
from app.web.values import IssueNumber, Version

router = APIRouter(prefix="/issues/{number}/revisions", route_class=WriteRoute)


class RevisionQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Annotated[int, Field(ge=1, le=LARGEST_NUMBER), Whole] | None = Field(
        None, description="another revision; without it, what is now"
    )


@router.get("", response_model=Listing[RevisionDocument], responses=problems(*CALLER, NotFound, Invalid, InvalidCursor))
def list_revisions(
    request: Request,
    number: IssueNumber,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[ListQuery, Query()],
) -> AuthorResponse:
    """What an issue was, the newest first: who wrote it, when, and by what.

    What one person writes within a minute is one revision.
    """
    names = chosen(query.fields, RevisionDocument)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(history.page(session, listing.page, issues.find(session, number)), names)


@router.get("/{version}", response_model=IssueDocument, responses=problems(*CALLER, NotFound, Invalid))
def read_revision(
    number: IssueNumber,
    version: Version,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[FieldsQuery, Query()],
) -> AuthorResponse:
    """An issue as it stood at a revision."""
    names = chosen(query.fields, IssueDocument)
    with snapshot() as session:
        document = history.read(session, issues.find(session, number), version)
    return AuthorResponse(narrow(document, names))


@router.get("/{version}/diff", response_model=Differences, responses=problems(*CALLER, NotFound, Invalid))
def compare_revisions(
    number: IssueNumber,
    version: Version,
    caller: ContentRead,
    snapshot: Snapshot,
    query: Annotated[RevisionQuery, Query()],
) -> AuthorResponse:
    """What has changed since a revision: until now, or until another one (`to`)."""
    with snapshot() as session:
        return AuthorResponse(compare(session, issues.find(session, number), version, query.to))


@router.post(
    "/{version}/restore", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES, SlugTaken, UnknownTag)
)
def restore_revision(
    number: IssueNumber, version: Version, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Make an issue what it was at a revision; that is a new revision, and the present one is kept too."""
    issue = issues.get(session, number, if_match.expected)
    replace.restore(session, issue, version, caller)
    return working_copy(session, issue)
