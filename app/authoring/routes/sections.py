"""Sections: adding them to an issue, changing, moving and deleting them."""

from fastapi import APIRouter

from app.auth.permissions import ContentWrite
from app.authoring import issues, sections
from app.authoring.routes.responses import CONDITIONAL
from app.authoring.schemas import PlacedSectionInput, SectionMove, SectionPatch
from app.content import compile
from app.content.document import DraftSection
from app.problems import AmbiguousSection, UnknownSection, UnknownTag
from app.web.database import Transaction
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber, SectionId
from app.web.write_route import WriteRoute

router = APIRouter(route_class=WriteRoute)


@router.post(
    "/issues/{number}/sections",
    status_code=201,
    response_model=DraftSection,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, UnknownTag, UnknownSection, AmbiguousSection),
)
def add_section(
    number: IssueNumber,
    given: PlacedSectionInput,
    caller: ContentWrite,
    session: Transaction,
    if_match: IfMatch,
) -> Created:
    """Add a section with its subsections and items to an issue, at the top level or in another section."""
    issue = issues.get(session, number, if_match.expected)
    copy = compile.working_section(sections.add(session, issue, given, caller))
    # The location is the working copy of the issue, so the ETag is that of the issue.
    return Created(copy, version=issue.version, location=f"/issues/{number}/draft")


@router.patch(
    "/sections/{section}",
    response_model=DraftSection,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, UnknownTag),
)
def change_section(
    section: SectionId, given: SectionPatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Update the given fields of a section. `null` removes a value. Its slug and its items' tags do not change."""
    found = sections.get(session, section, if_match.expected)
    sections.change(session, found, given, caller)
    return AuthorResponse(compile.working_section(found), version=found.version)


@router.post(
    "/sections/{section}/move",
    response_model=DraftSection,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, UnknownSection, AmbiguousSection),
)
def move_section(
    section: SectionId, given: SectionMove, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Move a section with its contents into another section of its issue, or to another position."""
    found = sections.get(session, section, if_match.expected)
    sections.move(session, found, given, caller)
    return AuthorResponse(compile.working_section(found), version=found.version)


@router.delete("/sections/{section}", status_code=204, response_model=None, responses=problems(*CALLER, *CONDITIONAL))
def delete_section(section: SectionId, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete a section, but not its contents. Its subsections take its place, and its items move to its parent section,
    or to the inbox."""
    sections.remove(session, sections.get(session, section, if_match.expected), caller)
    return NoContent()
