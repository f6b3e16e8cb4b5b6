"""Request and response bodies of signing in, users and API keys."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from app.auth.api_keys import LONGEST_NAME, normalize_name
from app.auth.models import Role, Scope
from app.auth.passwords import LONGEST, SHORTEST
from app.db.base import now
from app.validation import Input

Password = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST, json_schema_extra={"format": "password"})]


def _future(value: datetime) -> datetime:
    try:
        value = value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("the year must be 1 to 9999 in UTC") from None
    if value <= now():
        raise ValueError("the time must be in the future")
    return value


class PasswordForm(BaseModel):
    """The form of the OAuth 2 password grant, RFC 6749 §4.3.2. Unknown fields are ignored (§3.2)."""

    grant_type: Literal["password"] = "password"
    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=2000, json_schema_extra={"format": "password"})


class RefreshInput(Input):
    refresh_token: str = Field(min_length=1, max_length=200)


class NewPassword(Input):
    current: str = Field(min_length=1, max_length=2000, json_schema_extra={"format": "password"})
    new: Password


class NewUser(Input):
    name: str = Field(min_length=1, max_length=200, description="a to z, digits and . _ @ + -", examples=["ada"])
    role: Role
    password: Password


class NewApiKey(Input):
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(normalize_name)] = Field(
        description="what the key is used for", examples=["Zapier"]
    )
    scopes: list[Scope] = Field(min_length=1, description="what the key may do")
    expires_at: Annotated[AwareDatetime, AfterValidator(_future)] | None = Field(
        None, description="when the key expires; default: never"
    )


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int = Field(description="seconds until the access token expires")
    refresh_token: str = Field(description="for `POST /auth/refresh`: can be used once, within 30 days")


class Me(BaseModel):
    """The caller, and what they may do."""

    name: str
    role: Role | None = Field(description="the role of a user; null for an API key")
    scopes: list[Scope]


class UserDocument(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None


class Users(BaseModel):
    data: list[UserDocument]


class ApiKeyDocument(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    start: str = Field(description="the first characters of the key, to identify it")
    scopes: list[Scope]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="accurate to a minute")
    revoked_at: datetime | None
    disabled_at: datetime | None = Field(
        description="when the user who created the key was disabled; it is refused as long as they are"
    )


class CreatedApiKey(ApiKeyDocument):
    key: str = Field(description="the key itself, which is shown only once")


class ApiKeys(BaseModel):
    data: list[ApiKeyDocument]
