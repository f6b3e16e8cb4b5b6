"""The two kinds of responses: public ones, which are the same for everyone, and private ones for authors."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import etags
from app.web import compression
from app.web.root_path import link


class PublicResponse(Response):
    """A response that any cache may store, but must revalidate with its ETag.

    It is compressed if the client accepts that, with an ETag of its own (RFC 9110 §8.8.3.3), and answers 304 if the
    request's `If-None-Match` has the ETag (§13.1.2). Pass `etag`, that of the content as it is, if it is already known.
    `keys` are the names by which a CDN purges the response. `fixed` content changes only with the program.
    """

    media_type: str = "application/json"

    def __init__(
        self,
        content: bytes,
        *,
        etag: str | None = None,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        keys: Sequence[str] = (),
        fixed: bool = False,
    ) -> None:
        self.etag = etag or etags.of_bytes(content)
        self.keys = (*keys, EVERYTHING)
        self.fixed = fixed
        super().__init__(
            content,
            media_type=media_type,
            headers={"etag": self.etag, "cache-control": "public, no-cache", **(headers or {})},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if seconds := scope["app"].state.settings.cdn:
            # First, since nginx before 1.23 keeps nothing if it reads `Cache-Control: no-cache` before this.
            self.raw_headers[:0] = _for_caches_in_front(seconds, self.keys)
        coding = None
        if compression.is_worthwhile(self.media_type, len(self.body)):
            self.headers["vary"] = "Accept-Encoding"
            coding = compression.accepted(Headers(scope=scope).getlist("accept-encoding"))
        if coding is not None:
            self.etag = self.headers["etag"] = etags.of_coding(self.etag, coding)
            self.headers["content-encoding"] = coding
        for name, value in scope["headers"]:
            if name == b"if-none-match" and matches_any(self.etag, value.decode("latin-1")):
                self.status_code, self.body = 304, b""
                self.raw_headers = [header for header in self.raw_headers if header[0] not in _OF_CONTENT]
        if coding is not None and self.body:
            self.body = await compression.compress(bytes(self.body), coding, once=self.fixed)
            self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


EVERYTHING = "masthead"
"""The key of all public responses."""
_OF_CONTENT = (b"content-length", b"content-type", b"content-encoding")
"""Headers that a 304 does not have. RFC 9110 §15.4.5."""


def _for_caches_in_front(seconds: int, keys: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """The headers for shared caches that the operator controls, in place of `Cache-Control`."""
    return [
        (b"x-accel-expires", str(seconds).encode()),  # nginx
        (b"cdn-cache-control", f"max-age={seconds}".encode()),  # RFC 9213
        (b"surrogate-key", " ".join(keys).encode()),  # Fastly, Varnish
        (b"cache-tag", ",".join(keys).encode()),  # Cloudflare, Akamai
    ]


class PublicPage(PublicResponse):
    """An HTML page of the program itself. No other page may frame it, and it loads only what `policy` allows.

    CSP Level 3 §2.3.
    """

    media_type: str = "text/html"

    def __init__(self, html: str, policy: str = "style-src 'unsafe-inline'") -> None:
        policy = f"default-src 'none'; {policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        super().__init__(html.encode(), fixed=True, headers={"content-security-policy": policy})


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "location" in self.headers:
            # Only now, because the response that an idempotency key keeps may be sent beneath another path.
            self.headers["location"] = link(scope, self.headers["location"])
        await super().__call__(scope, receive, send)


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
