"""What signing in takes and answers."""

from typing import Literal

from pydantic import BaseModel, Field

from app.auth.callers import Scope
from app.auth.models import Role


class PasswordForm(BaseModel):
    """The form of OAuth 2's password grant, RFC 6749 §4.3.2. Fields that it does not know are ignored (§3.2)."""

    grant_type: Literal["password"] = "password"
    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=2000, json_schema_extra={"format": "password"})


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int = Field(description="seconds")


class Me(BaseModel):
    """Who is signed in, and what they may do."""

    name: str
    role: Role
    scopes: list[Scope]
