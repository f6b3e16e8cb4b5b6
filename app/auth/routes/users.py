"""Routes for users, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.auth import users
from app.auth.permissions import Admin
from app.auth.schemas import NewUser, UserDocument, Users
from app.problems import Conflict, Invalid, NameTaken, NotFound
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, NoContent

router = APIRouter(prefix="/users", tags=["users and keys"], route_class=BodyRoute)

UserName = Annotated[str, Path(min_length=1, max_length=64, description="the name of a user", examples=["ada"])]


@router.get("", response_model=Users, responses=problems(*CALLER))
def list_users(caller: Admin, snapshot: Snapshot) -> AuthorResponse:
    """List all users by name, including disabled ones."""
    with snapshot() as session:
        return AuthorResponse(Users(data=[UserDocument.model_validate(user) for user in users.list_all(session)]))


@router.post("", status_code=201, response_model=UserDocument, responses=problems(*CALLER, *BODY, NameTaken))
def add_user(given: NewUser, caller: Admin, session: Transaction) -> AuthorResponse:
    """Create a user with an initial password, which they can change with `POST /auth/password`."""
    user = users.add(session, given.name, given.role, given.password)
    return AuthorResponse(UserDocument.model_validate(user), status_code=201)


@router.delete(
    "/{name}",
    status_code=204,
    response_model=None,
    responses=problems(*CALLER, NotFound, Conflict, Invalid),
)
def disable_user(name: UserName, caller: Admin, session: Transaction) -> NoContent:
    """Disable a user immediately, with the API keys that they have created.

    The name cannot be used again, because revisions refer to it.
    """
    if users.normalize_name(name) == caller.name and caller.sign_in is not None:
        raise Conflict("You cannot disable yourself; another admin can.")
    users.disable(session, name)
    return NoContent()
