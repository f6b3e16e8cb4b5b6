"""Users, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.auth import users
from app.auth.models import User
from app.auth.permissions import Admin
from app.auth.schemas import NewUser, UserDocument, Users
from app.problems import (
    Conflict,
    Forbidden,
    Invalid,
    MalformedBody,
    NameTaken,
    NotFound,
    TooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.problems import problems
from app.web.responses import AuthorResponse, Gone

router = APIRouter(prefix="/users", tags=["users and keys"], route_class=BodyRoute)

UserName = Annotated[str, Path(min_length=1, max_length=64, description="a user's name", examples=["ada"])]


@router.get("", response_model=Users, responses=problems(Unauthenticated, Forbidden))
def list_users(caller: Admin, snapshot: Snapshot) -> AuthorResponse:
    """All users, by name, those that are disabled included."""
    with snapshot() as session:
        return AuthorResponse(Users(data=[_document(user) for user in users.every(session)]))


@router.post(
    "",
    status_code=201,
    response_model=UserDocument,
    responses=problems(Unauthenticated, Forbidden, MalformedBody, TooLarge, UnsupportedMediaType, Invalid, NameTaken),
)
def add_user(given: NewUser, caller: Admin, session: Transaction) -> AuthorResponse:
    """Make a user with a first password; they take another by `POST /auth/password`."""
    user = users.add(session, given.name, given.role, given.password)
    return AuthorResponse(_document(user), status_code=201)


@router.delete(
    "/{name}",
    status_code=204,
    response_model=None,
    responses=problems(Unauthenticated, Forbidden, NotFound, Conflict, Invalid),
)
def disable_user(name: UserName, caller: Admin, session: Transaction) -> Gone:
    """End a user's access, at once. Their name stays taken, since what they wrote bears it."""
    if users.spelt(name) == caller.name and caller.sign_in is not None:
        raise Conflict("You would shut yourself out; another admin can disable you.")
    users.disable(session, name)
    return Gone()


def _document(user: User) -> UserDocument:
    return UserDocument(name=user.name, role=user.role, created_at=user.created_at, disabled_at=user.disabled_at)
