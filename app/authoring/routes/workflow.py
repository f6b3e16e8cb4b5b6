"""Publishing and scheduling, and taking that back."""

from fastapi import APIRouter

from app.auth.permissions import ContentPublish
from app.authoring import issues, workflow
from app.authoring.routes.answers import OVERWRITES, working_copy
from app.authoring.schemas import ScheduleInput
from app.content.document import DraftIssue
from app.problems import Conflict
from app.web.database import Transaction
from app.web.idempotency import WriteRoute
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse
from app.web.values import IssueNumber

router = APIRouter(route_class=WriteRoute)


@router.post("/issues/{number}/publish", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES))
def publish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Publish an issue; one that is published already stays as it is."""
    issue = issues.get(session, number, if_match.expected)
    workflow.publish(session, issue, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/unpublish", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES, Conflict)
)
def unpublish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Take an issue back from the public; a draft stays as it is. Its time of publication is kept."""
    issue = issues.get(session, number, if_match.expected)
    workflow.unpublish(session, issue, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/schedule", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES, *BODY, Conflict)
)
def schedule_issue(
    number: IssueNumber, given: ScheduleInput, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Let an issue be published by itself, within seconds of a time to come."""
    issue = issues.get(session, number, if_match.expected)
    workflow.schedule(session, issue, given.instant, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/unschedule", response_model=DraftIssue, responses=problems(*CALLER, *OVERWRITES, Conflict)
)
def unschedule_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Make a scheduled issue a draft again; a draft stays as it is."""
    issue = issues.get(session, number, if_match.expected)
    workflow.unschedule(session, issue, caller)
    return working_copy(session, issue)
