"""Every setting, from the environment or a file `.env` in the working directory."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CommaList = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Each setting is read from `MASTHEAD_` and its name in capitals; each has a default that works."""

    model_config = SettingsConfigDict(env_prefix="MASTHEAD_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///masthead.db",
        description="Where everything is kept: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    secret_keys: CommaList = Field(
        (),
        description="Keys that sign tokens, with commas between; the first signs, all are believed. "
        "At least 32 characters each. On SQLite one is made and kept beside the database; "
        "on PostgreSQL it must be set.",
    )
    publication_title: str = Field(
        "The Weekly Gradient",
        description="The newsletter's title. Like the three below, read once, when the database is new.",
    )
    publication_description: str = Field(
        "Notes for people who write software with machines that learn.", description="One sentence about it."
    )
    publication_author: str = Field("The Weekly Gradient", description="Who writes it.")
    publication_language: str = Field(
        "en",
        max_length=35,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="Its language, as BCP 47 has it (`en`, `pt-BR`); search stems words by it.",
    )
    cors_origins: CommaList = Field(
        ("*",),
        description="Origins whose pages may call the API from a browser, with commas between. "
        "`*`, the default, opens reading to all and writing to none; origins that are named may write too.",
    )
    preview_url: str | None = Field(
        None,
        description="Where the frontend shows previews, with `{token}` in it, as in "
        "`https://example.org/preview?token={token}`; the answer that makes a preview gives that address too.",
    )

    require_if_match: bool = Field(
        False,
        description="Whether a change must say by `If-Match` which version it changes; without it, it is 428 then.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of proxies, with commas between; of these alone is `X-Forwarded-For` "
        "believed, to tell who tries passwords.",
    )

    @field_validator("preview_url")
    @classmethod
    def with_token(cls, value: str | None) -> str | None:
        if value and (not value.startswith(("https://", "http://")) or value.count("{token}") != 1):
            raise ValueError("write an address that begins with https:// and has {token} in it once")
        return value or None

    @field_validator("secret_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_keys")
    @classmethod
    def long_enough(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key) < 32 for key in keys):
            raise ValueError(
                "each key needs 32 characters or more; "
                "make one by: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return keys

    @field_validator("cors_origins")
    @classmethod
    def plain_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+", origin):
                raise ValueError(f"an origin is a scheme and a host, as in https://example.org; not {origin!r}")
        return origins
