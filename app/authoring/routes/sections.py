"""Sections: adding them to an issue, changing, moving and deleting them."""

from fastapi import APIRouter

from app.auth.permissions import ContentWrite
from app.authoring import issues, sections
from app.authoring.routes.answers import OVERWRITES
from app.authoring.schemas import PlacedSectionInput, SectionMove, SectionPatch
from app.content import compile
from app.content.document import DraftSection
from app.problems import AmbiguousSection, UnknownSection, UnknownTag
from app.web.database import Transaction
from app.web.idempotency import WriteRoute
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber, SectionId

router = APIRouter(route_class=WriteRoute)


@router.post(
    "/issues/{number}/sections",
    status_code=201,
    response_model=DraftSection,
    responses=problems(*CALLER, *OVERWRITES, *BODY, UnknownTag, UnknownSection, AmbiguousSection),
)
def add_section(
    number: IssueNumber,
    given: PlacedSectionInput,
    caller: ContentWrite,
    session: Transaction,
    if_match: IfMatch,
) -> Created:
    """Add a section with all that is in it, at the top or beneath another."""
    issue = issues.get(session, number, if_match.expected)
    made = compile.working_section(sections.add(session, issue, given, caller))
    # Where it is found is its issue's working copy, so the ETag is of that.
    return Created(made, version=issue.version, location=f"/issues/{number}/draft")


@router.patch(
    "/sections/{section}",
    response_model=DraftSection,
    responses=problems(*CALLER, *OVERWRITES, *BODY, UnknownTag),
)
def change_section(
    section: SectionId, given: SectionPatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there; `null` takes away. The slug stays, and so do items' tags."""
    found = sections.get(session, section, if_match.expected)
    sections.change(session, found, given, caller)
    return AuthorResponse(compile.working_section(found), version=found.version)


@router.post(
    "/sections/{section}/move",
    response_model=DraftSection,
    responses=problems(*CALLER, *OVERWRITES, *BODY, UnknownSection, AmbiguousSection),
)
def move_section(
    section: SectionId, given: SectionMove, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put a section with all that is in it elsewhere in its issue."""
    found = sections.get(session, section, if_match.expected)
    sections.move(session, found, given, caller)
    return AuthorResponse(compile.working_section(found), version=found.version)


@router.delete("/sections/{section}", status_code=204, response_model=None, responses=problems(*CALLER, *OVERWRITES))
def delete_section(section: SectionId, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete a section. The sections in it take its place; its items go to the one above it, else to the inbox."""
    sections.remove(session, sections.get(session, section, if_match.expected), caller)
    return NoContent()
