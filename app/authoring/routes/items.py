"""Items: adding them to the inbox and to issues, changing, moving and deleting them."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import batches, issues, items, lists
from app.authoring.routes.responses import CONDITIONAL
from app.authoring.schemas import (
    BatchInput,
    BatchResults,
    CollectedItemInput,
    ItemMove,
    ItemPatch,
    PlacedItemInput,
)
from app.content import compile
from app.content.document import DraftItem
from app.content.models import Item
from app.content.tags import Vocabulary
from app.problems import (
    AmbiguousSection,
    Conflict,
    Invalid,
    InvalidCursor,
    NotFound,
    SectionNeeded,
    UnknownSection,
    UnknownTag,
)
from app.web.database import Snapshot, Transaction
from app.web.fields import FieldsQuery, parse_fields, select_fields
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber, ItemId
from app.web.write_route import WriteRoute

router = APIRouter(route_class=WriteRoute)

_SECTION = (UnknownTag, UnknownSection, SectionNeeded, AmbiguousSection)


@router.get("/inbox", response_model=Listing[DraftItem], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_inbox(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[ListQuery, Query()]
) -> AuthorResponse:
    """List the items in the inbox, newest first. They belong to no issue yet."""
    names = parse_fields(query.fields, DraftItem)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(lists.inbox(session, listing.page), names)


@router.post(
    "/items",
    status_code=201,
    response_model=DraftItem,
    responses=problems(*CALLER, *BODY, NotFound, *_SECTION),
)
def create_item(given: CollectedItemInput, caller: ContentWrite, session: Transaction) -> Created:
    """Add an item to the inbox, or, with `issue`, to an issue, like `POST /issues/{number}/items`."""
    if given.issue is None:
        return _created(items.add_to_inbox(session, given, Vocabulary.lazy(session)))
    return _created(items.add(session, issues.get(session, given.issue), given, caller))


@router.post(
    "/items/batch",
    status_code=201,
    response_model=BatchResults,
    responses=problems(*CALLER, *BODY, NotFound, *_SECTION),
)
def create_items(given: BatchInput, caller: ContentWrite, session: Transaction) -> AuthorResponse:
    """Add up to 200 items to the inbox or to issues: all or none, or each independently, with a result for each.

    All items that are added to one issue increase its version by one.
    """
    rows = batches.add(session, given, caller)
    return AuthorResponse(batches.results(rows), status_code=201)


@router.post(
    "/issues/{number}/items",
    status_code=201,
    response_model=DraftItem,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, *_SECTION),
)
def add_item(
    number: IssueNumber, given: PlacedItemInput, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> Created:
    """Add an item to a section of an issue, by default to the outermost section whose tag is a tag of the item.

    In a published issue it is public immediately.
    """
    return _created(items.add(session, issues.get(session, number, if_match.expected), given, caller))


@router.get("/items/{id}/draft", response_model=DraftItem, responses=problems(*CALLER, NotFound, Invalid))
def read_draft_item(
    id: ItemId, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """Read the working copy of an item, in an issue or in the inbox. Send its ETag as `If-Match` when you change it."""
    names = parse_fields(query.fields, DraftItem)
    with snapshot() as session:
        copy = items.working_copy(session, id)
    return AuthorResponse(select_fields(copy.freeze(), names), version=copy.version)


@router.patch(
    "/items/{id}", response_model=DraftItem, responses=problems(*CALLER, *CONDITIONAL, *BODY, UnknownTag, Conflict)
)
def change_item(
    id: ItemId, given: ItemPatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Update the given fields of an item. `null` removes a value. A generated title changes with the body."""
    item = items.get(session, id, if_match.expected)
    items.change(session, item, given, caller)
    return _response(item)


@router.post(
    "/items/{id}/move",
    response_model=DraftItem,
    responses=problems(*CALLER, *CONDITIONAL, *BODY, *_SECTION, Conflict),
)
def move_item(
    id: ItemId, given: ItemMove, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Move an item within its section, or to another section, another issue or the inbox."""
    item = items.get(session, id, if_match.expected, destination=given.issue)
    items.move(session, item, given, caller)
    return _response(item)


@router.delete("/items/{id}", status_code=204, response_model=None, responses=problems(*CALLER, *CONDITIONAL, Conflict))
def delete_item(id: ItemId, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete an item. The items after it move up."""
    items.remove(session, items.get(session, id, if_match.expected), caller)
    return NoContent()


def _created(item: Item) -> Created:
    copy = compile.working_item(item)
    return Created(copy, version=copy.version, location=f"/items/{copy.id}/draft")


def _response(item: Item) -> AuthorResponse:
    copy = compile.working_item(item)
    return AuthorResponse(copy, version=copy.version)
