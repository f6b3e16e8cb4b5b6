"""Items: collecting them in the inbox, putting them into issues, changing, moving and deleting them."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from app.auth.permissions import ContentRead, ContentWrite
from app.authoring import batches, issues, items, lists
from app.authoring.routes.answers import OVERWRITES
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
from app.web.fields import FieldsQuery, chosen, narrow
from app.web.idempotency import WriteRoute
from app.web.pages import Listing, ListQuery, ListRequest
from app.web.preconditions import IfMatch
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Created, NoContent
from app.web.values import IssueNumber, ItemId

router = APIRouter(route_class=WriteRoute)

_PLACE = (UnknownTag, UnknownSection, SectionNeeded, AmbiguousSection)


@router.get("/inbox", response_model=Listing[DraftItem], responses=problems(*CALLER, Invalid, InvalidCursor))
def list_inbox(
    request: Request, caller: ContentRead, snapshot: Snapshot, query: Annotated[ListQuery, Query()]
) -> AuthorResponse:
    """Items that belong to no issue yet, the newest first."""
    names = chosen(query.fields, DraftItem)
    listing = ListRequest(request, query)
    with snapshot() as session:
        return listing.respond_to_author(lists.inbox(session, listing.page), names)


@router.post(
    "/items",
    status_code=201,
    response_model=DraftItem,
    responses=problems(*CALLER, *BODY, NotFound, *_PLACE),
)
def collect_item(given: CollectedItemInput, caller: ContentWrite, session: Transaction) -> Created:
    """Put an item into the inbox, or, with `issue`, into an issue, as `POST /issues/{number}/items` does."""
    if given.issue is None:
        return _created(items.collect(session, given, Vocabulary.when_needed(session)))
    return _created(items.add(session, issues.get(session, given.issue), given, caller))


@router.post(
    "/items/batch",
    status_code=201,
    response_model=BatchResults,
    responses=problems(*CALLER, *BODY, NotFound, *_PLACE),
)
def collect_items(given: BatchInput, caller: ContentWrite, session: Transaction) -> AuthorResponse:
    """Put many items into the inbox, or into issues: all or none, or each by itself with a result for each.

    An issue gets all of its items at one version.
    """
    rows = batches.add(session, given, caller)
    return AuthorResponse(batches.results(rows), status_code=201)


@router.post(
    "/issues/{number}/items",
    status_code=201,
    response_model=DraftItem,
    responses=problems(*CALLER, *OVERWRITES, *BODY, *_PLACE),
)
def add_item(
    number: IssueNumber, given: PlacedItemInput, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> Created:
    """Add an item: to the section named, else to the outermost section whose own tag it bears.

    In a published issue it is live when the answer comes.
    """
    return _created(items.add(session, issues.get(session, number, if_match.expected), given, caller))


@router.get("/items/{id}/draft", response_model=DraftItem, responses=problems(*CALLER, NotFound, Invalid))
def read_draft_item(
    id: ItemId, caller: ContentRead, snapshot: Snapshot, query: Annotated[FieldsQuery, Query()]
) -> AuthorResponse:
    """An item as its authors have it, in an issue or in the inbox. Its ETag is what `If-Match` takes."""
    names = chosen(query.fields, DraftItem)
    with snapshot() as session:
        copy = items.working_copy(session, id)
    return AuthorResponse(narrow(copy.freeze(), names), version=copy.version)


@router.patch(
    "/items/{id}", response_model=DraftItem, responses=problems(*CALLER, *OVERWRITES, *BODY, UnknownTag, Conflict)
)
def change_item(
    id: ItemId, given: ItemPatch, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put the given fields in place of what is there; `null` takes away. A title made from the body follows it."""
    item = items.get(session, id, if_match.expected)
    items.change(session, item, given, caller)
    return _answer(item)


@router.post(
    "/items/{id}/move",
    response_model=DraftItem,
    responses=problems(*CALLER, *OVERWRITES, *BODY, *_PLACE, Conflict),
)
def move_item(
    id: ItemId, given: ItemMove, caller: ContentWrite, session: Transaction, if_match: IfMatch
) -> AuthorResponse:
    """Put an item elsewhere: in its section or another one, in another issue, into the inbox or out of it."""
    item = items.get(session, id, if_match.expected, towards=given.issue)
    items.move(session, item, given, caller)
    return _answer(item)


@router.delete("/items/{id}", status_code=204, response_model=None, responses=problems(*CALLER, *OVERWRITES, Conflict))
def remove_item(id: ItemId, caller: ContentWrite, session: Transaction, if_match: IfMatch) -> NoContent:
    """Delete an item; those behind it move up."""
    items.remove(session, items.get(session, id, if_match.expected), caller)
    return NoContent()


def _created(item: Item) -> Created:
    made = compile.working_item(item)
    return Created(made, version=made.version, location=f"/items/{made.id}/draft")


def _answer(item: Item) -> AuthorResponse:
    copy = compile.working_item(item)
    return AuthorResponse(copy, version=copy.version)
