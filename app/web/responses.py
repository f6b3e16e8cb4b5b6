"""The two kinds of responses: public ones, which are the same for everyone, and private ones for authors."""

from collections.abc import Mapping

from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import etags


class PublicResponse(Response):
    """A response that any cache may store, but must revalidate with its ETag.

    It answers 304 if the request's `If-None-Match` has the ETag (RFC 9110 §13.1.2). Pass `etag` if it is already known.
    """

    media_type = "application/json"

    def __init__(
        self,
        content: bytes,
        *,
        etag: str | None = None,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.etag = etag or etags.of_bytes(content)
        super().__init__(
            content,
            media_type=media_type,
            headers={"etag": self.etag, "cache-control": "public, no-cache", **(headers or {})},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for name, value in scope["headers"]:
            if name == b"if-none-match" and matches_any(self.etag, value.decode("latin-1")):
                self.status_code, self.body = 304, b""
                self.raw_headers = [
                    header for header in self.raw_headers if header[0] not in (b"content-length", b"content-type")
                ]
        await super().__call__(scope, receive, send)


class PublicPage(PublicResponse):
    """An HTML page. No other page may frame it, and it loads only what `policy` allows. CSP Level 3 §2.3."""

    media_type = "text/html"

    def __init__(self, html: str, policy: str = "style-src 'unsafe-inline'") -> None:
        policy = f"default-src 'none'; {policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        super().__init__(html.encode(), headers={"content-security-policy": policy})


class AuthorResponse(Response):
    """A response to an authenticated caller, with the version as its ETag; caches must not store it."""

    media_type = "application/json"

    def __init__(
        self,
        content: BaseModel | bytes,
        *,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
        status_code: int = 200,
    ) -> None:
        if isinstance(content, BaseModel):
            content = content.model_dump_json().encode()
        tag = {} if version is None else {"etag": etags.of_version(version)}
        super().__init__(
            content,
            status_code=status_code,
            headers={"cache-control": "private, no-store", **tag, **(headers or {})},
        )


class Created(AuthorResponse):
    """201 with the created resource and its `Location`."""

    def __init__(self, content: BaseModel, *, version: int, location: str) -> None:
        super().__init__(content, version=version, headers={"location": location}, status_code=201)


class NoContent(Response):
    """204."""

    def __init__(self) -> None:
        super().__init__(status_code=204, headers={"cache-control": "private, no-store"})


def matches_any(etag: str, field: str) -> bool:
    """Whether `If-None-Match` has the tag, or is `*`. The comparison is weak: `W/` is ignored."""
    return field.strip() == "*" or etag in (candidate.strip().removeprefix("W/") for candidate in field.split(","))
