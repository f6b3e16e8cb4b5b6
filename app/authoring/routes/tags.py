"""The vocabulary: adding, changing, merging and deleting tags."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.permissions import ContentPublish, ContentRead
from app.authoring import tags
from app.authoring.routes.responses import CONDITIONAL
from app.authoring.schemas import TagInput, TagMerge, TagPatch
from app.content.document import DraftTag
from app.problems import Conflict, Invalid, NotFound, TagTaken, UnknownTag
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import SlugPath
from app.web.write_route import WriteRoute

router = APIRouter(route_class=WriteRoute)


@router.post("/tags", status_code=201, response_model=DraftTag, responses=problems(*CALLER, *BODY, TagTaken))
def add_tag(given: TagInput, caller: ContentPublish, session: Transaction) -> Created:
    """Add a tag to the vocabulary. It is public immediately, with a count of 0."""
    copy = tags.document(session, tags.add(session, given))
    return Created(copy, version=copy.version, location=f"/tags/{copy.slug}/draft")


@router.get("/tags/{slug}/draft", response_model=DraftTag, responses=problems(*CALLER, NotFound, Invalid))
def read_draft_tag(
    slug: SlugPath, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """Read the working copy of a tag. Its counts include drafts. Send its ETag as `If-Match` when you change it."""
    names = parse_fields(query.fields, DraftTag)
    with snapshot() as session:
        copy = tags.working_copy(session, slug)
    return AuthorResponse(select_fields(copy.freeze(), names), version=copy.version)


@router.patch("/tags/{slug}", response_model=DraftTag, responses=problems(*CALLER, *CONDITIONAL, *BODY, TagTaken))
def change_tag(
    slug: SlugPath, given: TagPatch, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Update the given fields of a tag. Published issues show a new name immediately.

    A replaced slug becomes an alias: its URL redirects to the new one.
    """
    tag = tags.get(session, slug, if_match.expected)
    tags.change(session, tag, given)
    copy = tags.document(session, tag)
    return AuthorResponse(copy, version=copy.version)


@router.post(
    "/tags/{slug}/merge",
    response_model=DraftTag,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, UnknownTag, Conflict),
)
def merge_tag(
    slug: SlugPath, given: TagMerge, caller: ContentPublish, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Replace this tag with another one everywhere, and delete it. Its slug, name and aliases become aliases of the
    other."""
    copy = tags.document(session, tags.merge(session, slug, given.into, if_match.expected))
    return AuthorResponse(copy, version=copy.version)


@router.delete(
    "/tags/{slug}", status_code=204, response_model=None, responses=problems(*CALLER, *CONDITIONAL, Conflict)
)
def delete_tag(slug: SlugPath, caller: ContentPublish, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete a tag that is not in use. Merge a tag that is in use into another one instead."""
    tags.remove(session, tags.get(session, slug, if_match.expected))
    return NoContent()
