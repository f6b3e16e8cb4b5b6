"""The publication, as its authors have it."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.permissions import Admin, ContentRead
from app.authoring import publication
from app.authoring.routes.answers import OVERWRITES
from app.authoring.schemas import PublicationPatch
from app.content.document import DraftPublication
from app.content.models import Publication
from app.problems import Invalid
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse

router = APIRouter(route_class=BodyRoute)


@router.get("/publication", response_model=DraftPublication, responses=problems(*CALLER, Invalid))
def read_publication(caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]) -> AuthorResponse:
    """The newsletter itself. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftPublication)
    with snapshot() as session:
        copy = publication.document(session.get_one(Publication, 1))
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.patch("/publication", response_model=DraftPublication, responses=problems(*CALLER, *OVERWRITES, *BODY))
def change_publication(
    given: PublicationPatch, caller: Admin, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there. Another language compiles every issue anew."""
    found = publication.get(session, if_match.expected)
    publication.change(session, found, given)
    copy = publication.document(found)
    return AuthorResponse(copy, version=copy.version)
