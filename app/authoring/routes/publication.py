"""The publication: reading and changing its working copy."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.permissions import Admin, ContentRead
from app.authoring import publication
from app.authoring.routes.responses import CONDITIONAL
from app.authoring.schemas import PublicationPatch
from app.content.document import DraftPublication
from app.content.models import Publication
from app.problems import Invalid
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse

router = APIRouter(route_class=BodyRoute)


@router.get("/publication", response_model=DraftPublication, responses=problems(*CALLER, Invalid))
def read_publication(caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> AuthorResponse:
    """Read the title, description, author and language of the newsletter. Send the ETag as `If-Match` to change it."""
    names = parse_fields(query.fields, DraftPublication)
    with snapshot() as session:
        copy = publication.document(session.get_one(Publication, 1))
    return AuthorResponse(select_fields(copy.freeze(), names), version=copy.version)


@router.patch("/publication", response_model=DraftPublication, responses=problems(*CALLER, *CONDITIONAL, *BODY))
def change_publication(
    given: PublicationPatch, caller: Admin, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Update the given fields of the publication. Changing the language recompiles all published issues."""
    found = publication.get(session, if_match.expected)
    publication.change(session, found, given)
    copy = publication.document(found)
    return AuthorResponse(copy, version=copy.version)
