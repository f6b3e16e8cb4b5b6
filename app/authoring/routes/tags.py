"""The vocabulary: adding, changing, merging and deleting tags."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.permissions import ContentPublish, ContentRead
from app.authoring import tags
from app.authoring.routes.answers import OVERWRITES
from app.authoring.schemas import TagInput, TagMerge, TagPatch
from app.content.document import DraftTag
from app.problems import Conflict, Invalid, NotFound, TagTaken, UnknownTag
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.idempotency import WriteRoute
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import SlugPath

router = APIRouter(route_class=WriteRoute)


@router.post("/tags", status_code=201, response_model=DraftTag, responses=problems(*CALLER, *BODY, TagTaken))
def add_tag(given: TagInput, caller: ContentPublish, session: Transaction) -> Created:
    """Add a tag to the vocabulary; readers see it at once, with a count of 0."""
    made = tags.document(session, tags.add(session, given))
    return Created(made, version=made.version, location=f"/tags/{made.slug}/draft")


@router.get("/tags/{slug}/draft", response_model=DraftTag, responses=problems(*CALLER, NotFound, Invalid))
def read_draft_tag(
    slug: SlugPath, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """A tag as its authors have it, with how much has it in drafts too. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftTag)
    with snapshot() as session:
        copy = tags.working_copy(session, slug)
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.patch("/tags/{slug}", response_model=DraftTag, responses=problems(*CALLER, *OVERWRITES, *BODY, TagTaken))
def change_tag(
    slug: SlugPath, given: TagPatch, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there. Published issues show the new name at once.

    A slug that goes becomes an alias: its address leads to the new one.
    """
    tag = tags.get(session, slug, if_match.expected)
    tags.change(session, tag, given)
    copy = tags.document(session, tag)
    return AuthorResponse(copy, version=copy.version)


@router.post(
    "/tags/{slug}/merge",
    response_model=DraftTag,
    responses=problems(*CALLER, *OVERWRITES, *BODY, UnknownTag, Conflict),
)
def merge_tag(
    slug: SlugPath, given: TagMerge, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Give all that has this tag another one, and delete this one: its slug, name and aliases mean the other then."""
    copy = tags.document(session, tags.merge(session, slug, given.into, if_match.expected))
    return AuthorResponse(copy, version=copy.version)


@router.delete("/tags/{slug}", status_code=204, response_model=None, responses=problems(*CALLER, *OVERWRITES, Conflict))
def delete_tag(slug: SlugPath, caller: ContentPublish, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete a tag that nothing has; merge one that something has."""
    tags.remove(session, tags.get(session, slug, if_match.expected))
    return NoContent()
