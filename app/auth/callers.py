"""A caller, and the scopes that say what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from app.auth.models import ApiKey, Role, Scope, SignIn, User
from app.problems import Forbidden

EVERY_SCOPE: tuple[Scope, ...] = get_args(Scope)

SCOPES: dict[Role, tuple[Scope, ...]] = {
    "author": ("content:read", "content:write"),
    "editor": ("content:read", "content:write", "content:publish"),
    "admin": EVERY_SCOPE,
}


@dataclass(frozen=True)
class Caller:
    """Whoever was let in."""

    id: str
    """Who it is, for nobody to take apart: a name may pass to another."""
    name: str
    role: Role | None
    """A user's; an API key has scopes alone."""
    scopes: Sequence[Scope]
    request: str
    """What they call, as in `PATCH /items/401`."""
    sign_in: int | None = field(default=None, compare=False)
    """Of a user, the time that they have signed in by."""

    @classmethod
    def of_user(cls, user: User, sign_in: SignIn, request: str) -> "Caller":
        return cls(f"user:{user.id}", user.name, user.role, SCOPES[user.role], request, sign_in.id)

    @classmethod
    def of_key(cls, key: ApiKey, request: str) -> "Caller":
        return cls(f"key:{key.id}", key.name, None, key.scopes, request)

    def require(self, scope: Scope, to: str) -> None:
        """Raises Forbidden unless the caller has the scope. `to` completes 'It takes … to'."""
        if scope not in self.scopes:
            has = f"has the role {self.role}" if self.role else f"is a key with the scopes {', '.join(self.scopes)}"
            raise Forbidden(
                f"{self.name} {has}. It takes the scope {scope} to {to}.",
                headers={"www-authenticate": f'Bearer realm="masthead", error="insufficient_scope", scope="{scope}"'},
            )


OPERATOR = Caller("operator", "the operator", "admin", EVERY_SCOPE, "a command on the server")
"""Whoever types commands on the server itself."""

SCHEDULE = Caller("schedule", "the schedule", "admin", EVERY_SCOPE, "the time that was set")
"""What publishes issues by itself, as somebody who might has told it to."""
