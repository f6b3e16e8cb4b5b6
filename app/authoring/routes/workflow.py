"""Publishing, unpublishing, scheduling and unscheduling issues."""

from fastapi import APIRouter

from app.auth.permissions import ContentPublish
from app.authoring import issues, workflow
from app.authoring.routes.responses import CONDITIONAL, working_copy
from app.authoring.schemas import ScheduleInput
from app.content.document import DraftIssue
from app.problems import Conflict
from app.web.database import Transaction
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse
from app.web.values import IssueNumber
from app.web.write_route import WriteRoute

router = APIRouter(route_class=WriteRoute)


@router.post("/issues/{number}/publish", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL))
def publish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Publish an issue. Has no effect on a published issue."""
    issue = issues.get(session, number, if_match.expected)
    workflow.publish(session, issue, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/unpublish", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL, Conflict)
)
def unpublish_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Make a published issue a draft again. Its publication time is kept. Has no effect on a draft."""
    issue = issues.get(session, number, if_match.expected)
    workflow.unpublish(session, issue, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/schedule", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL, *BODY, Conflict)
)
def schedule_issue(
    number: IssueNumber, given: ScheduleInput, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Schedule an issue: it is published automatically, within seconds of the given time."""
    issue = issues.get(session, number, if_match.expected)
    workflow.schedule(session, issue, given.instant, caller)
    return working_copy(session, issue)


@router.post(
    "/issues/{number}/unschedule", response_model=DraftIssue, responses=problems(*CALLER, *CONDITIONAL, Conflict)
)
def unschedule_issue(
    number: IssueNumber, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Cancel the schedule of an issue. It becomes a draft again. Has no effect on a draft."""
    issue = issues.get(session, number, if_match.expected)
    workflow.unschedule(session, issue, caller)
    return working_copy(session, issue)
