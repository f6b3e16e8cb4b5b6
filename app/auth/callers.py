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

    name: str
    role: Role
    scopes: tuple[Scope, ...]

    @classmethod
    def of(cls, user: User) -> "Caller":
        return cls(name=user.name, role=user.role, scopes=SCOPES[user.role])

    def require(self, scope: Scope, to: str) -> None:
        """Raises Forbidden unless the caller has the scope. `to` completes 'It takes … to'."""
        if scope not in self.scopes:
            raise Forbidden(
                f"{self.name} has the role {self.role}. It takes the scope {scope} to {to}.",
                headers={"www-authenticate": f'Bearer realm="masthead", error="insufficient_scope", scope="{scope}"'},
            )


OPERATOR = Caller(name="the operator", role="admin", scopes=SCOPES["admin"])
"""Whoever types commands on the server itself."""
