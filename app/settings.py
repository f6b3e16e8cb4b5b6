"""All settings, read from the environment or from a file `.env` in the working directory."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.root_path import is_root_path

CommaList = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Each setting is read from `MASTHEAD_` followed by its name in capitals; all of them are optional."""

    model_config = SettingsConfigDict(
        env_prefix="MASTHEAD_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        "sqlite:///masthead.db",
        description="The database: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    secret_keys: CommaList = Field(
        (),
        description="Comma-separated keys for signing tokens, at least 32 characters each. The first key signs, "
        "all of them verify. On SQLite a key is created and saved beside the database by default; "
        "on PostgreSQL this setting is required.",
    )
    publication_title: str = Field(
        "The Weekly Gradient",
        description="The title of the newsletter. Like the three settings below, it is only read for a new database.",
    )
    publication_description: str = Field(
        "Notes for people who write software with machines that learn.",
        description="A sentence that describes the newsletter.",
    )
    publication_author: str = Field("The Weekly Gradient", description="The author of the newsletter.")
    publication_language: str = Field(
        "en",
        description="The language of the newsletter, as a BCP 47 tag (`en`, `pt-BR`); search uses it to stem words.",
    )
    cors_origins: CommaList = Field(
        ("*",),
        description="Comma-separated origins that may call the API from a browser. "
        "`*`, the default, allows all origins to read; origins that are listed may also write.",
    )
    preview_url: str | None = Field(
        None,
        description="The URL at which the frontend shows previews, with the placeholder `{token}`, for example "
        "`https://example.org/preview?token={token}`. It is returned when a preview is created.",
    )

    require_if_match: bool = Field(
        False,
        description="Whether changes require `If-Match`; a change without it is answered with 428.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Comma-separated IP addresses or networks of reverse proxies. `X-Forwarded-For` and "
        "`X-Forwarded-Prefix` are trusted from these only.",
    )
    root_path: str = Field(
        "",
        description="The path beneath which a reverse proxy serves the API, for example `/api`; empty for the root of "
        "the host.",
    )
    cdn: int = Field(
        0,
        ge=0,
        le=31_536_000,
        description="The number of seconds for which caches in front of the server (a CDN, nginx) may keep public "
        "answers; 0 is off.",
    )

    @field_validator("publication_language")
    @classmethod
    def language_tag(cls, value: str) -> str:
        if len(value) > 35 or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
            raise ValueError(f"must be a BCP 47 language tag, for example en or pt-BR; it is {_shown(value)}")
        return value

    @field_validator("preview_url")
    @classmethod
    def with_token(cls, value: str | None) -> str | None:
        if value and (not value.startswith(("https://", "http://")) or value.count("{token}") != 1):
            raise ValueError(
                f"must start with http:// or https:// and contain {{token}} exactly once; it is {_shown(value)}"
            )
        return value or None

    @field_validator("root_path")
    @classmethod
    def plain_path(cls, path: str) -> str:
        if path and not is_root_path(path):
            raise ValueError(
                "must start with / and not end with one, for example /api; it may contain letters, digits, and the "
                f"characters . _ ~ -, and not begin with a route such as /issues; it is {_shown(path)}"
            )
        return path

    # The validator below, which splits the list, is called before this one.
    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def networks(cls, values: object) -> object:
        for value in values if isinstance(values, tuple) else ():
            try:
                ip_network(value)
            except ValueError:
                raise ValueError(
                    "must contain IP addresses, for example 10.0.0.1, or networks, for example 10.0.0.0/8; "
                    f"it contains {_shown(value)}"
                ) from None
        return values

    @field_validator("secret_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_keys")
    @classmethod
    def long_enough(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for place, key in enumerate(keys, start=1):
            if len(key) < 32:
                raise ValueError(
                    f"must contain keys of at least 32 characters; key {place} has {len(key)}. "
                    "Create one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
        return keys

    @field_validator("cors_origins")
    @classmethod
    def plain_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+", origin):
                raise ValueError(
                    "must contain origins, each a scheme and a host, for example https://example.org; "
                    f"it contains {_shown(origin)}"
                )
        return origins


def sentences(error: ValidationError) -> list[str]:
    """What is wrong with the settings, a sentence for each: its name, what is allowed, and what was given."""
    return [_sentence(fault["loc"][0], fault) for fault in error.errors()]


def _sentence(name: Any, fault: Any) -> str:
    field = Settings.model_fields[name]
    given = f"; it is {_shown(fault['input'])}"
    if field.annotation is bool:
        wrong = f"must be true or false{given}"
    elif field.annotation is int:
        schema = Settings.model_json_schema()["properties"][name]
        wrong = f"must be an integer from {schema['minimum']} to {schema['maximum']}{given}"
    else:
        wrong = fault["msg"].removeprefix("Value error, ")
    return f"MASTHEAD_{name.upper()} {wrong}."


def _shown(value: object) -> str:
    return repr(value if not isinstance(value, str) or len(value) <= 100 else f"{value[:99]}…")
