"""A caller, and the scopes that say what they may do."""

from dataclasses import dataclass
from typing import Literal

from app.auth.models import Role, User
from app.problems import Forbidden

Scope = Literal["content:read", "content:write", "content:publish", "admin"]

SCOPES: dict[Role, tuple[Scope, ...]] = {
    "author": ("content:read", "content:write"),
    "editor": ("content:read", "content:write", "content:publish"),
    "admin": ("content:read", "content:write", "content:publish", "admin"),
}


@dataclass(frozen=True)
class Caller:
    """Whoever was let in."""

    id: str
    """Who it is, for nobody to take apart: a name may pass to another."""
    name: str
    role: Role
    scopes: tuple[Scope, ...]
    request: str
    """What they call, as in `PATCH /items/401`."""

    @classmethod
    def of(cls, user: User, request: str) -> "Caller":
        return cls(f"user:{user.id}", user.name, user.role, SCOPES[user.role], request)

    def require(self, scope: Scope, to: str) -> None:
        """Raises Forbidden unless the caller has the scope. `to` completes 'It takes … to'."""
        if scope not in self.scopes:
            raise Forbidden(
                f"{self.name} has the role {self.role}. It takes the scope {scope} to {to}.",
                headers={"www-authenticate": f'Bearer realm="masthead", error="insufficient_scope", scope="{scope}"'},
            )


OPERATOR = Caller("operator", "the operator", "admin", SCOPES["admin"], "a command on the server")
"""Whoever types commands on the server itself."""

SCHEDULE = Caller("schedule", "the schedule", "admin", SCOPES["admin"], "the time that was set")
"""What publishes issues by itself, as somebody who might has told it to."""
