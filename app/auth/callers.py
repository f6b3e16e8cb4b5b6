"""The caller of a request, and the scopes that say what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from app.auth.models import ApiKey, Role, Scope, SignIn, User
from app.problems import Forbidden

ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)

SCOPES: dict[Role, tuple[Scope, ...]] = {
    "author": ("content:read", "content:write"),
    "editor": ("content:read", "content:write", "content:publish"),
    "admin": ALL_SCOPES,
}


@dataclass(frozen=True)
class Caller:
    """An authenticated user or API key, or the server itself."""

    id: str
    """An opaque, stable identifier. Names are not stable: a name can be reused."""
    name: str
    role: Role | None
    """The role of a user; None for an API key, which only has scopes."""
    scopes: Sequence[Scope]
    request: str
    """The request, for example `PATCH /items/401`; recorded in revisions."""
    sign_in: int | None = field(default=None, compare=False)
    """The id of the user's sign-in; None for an API key."""
    user: int | None = field(default=None, compare=False)
    """The id of the user, or of the one who created the API key; None for the server itself."""

    @classmethod
    def of_user(cls, user: User, sign_in: SignIn, request: str) -> "Caller":
        return cls(f"user:{user.id}", user.name, user.role, SCOPES[user.role], request, sign_in.id, user.id)

    @classmethod
    def of_key(cls, key: ApiKey, request: str) -> "Caller":
        return cls(f"key:{key.id}", key.name, None, key.scopes, request, user=key.user_id)

    def require(self, scope: Scope, to: str) -> None:
        """Raises Forbidden unless the caller has the scope. `to` completes the sentence '… is required to'."""
        if scope not in self.scopes:
            has = (
                f"has the role {self.role}" if self.role else f"is an API key with the scopes {', '.join(self.scopes)}"
            )
            raise Forbidden(
                f"{self.name} {has}. The scope {scope} is required to {to}.",
                headers={"www-authenticate": f'Bearer realm="masthead", error="insufficient_scope", scope="{scope}"'},
            )


OPERATOR = Caller("operator", "the operator", "admin", ALL_SCOPES, "a command on the server")
"""Someone who runs commands on the server itself."""

SCHEDULE = Caller("schedule", "the schedule", "admin", ALL_SCOPES, "the time that was set")
"""The scheduler, which publishes issues that someone with the permission has scheduled."""
