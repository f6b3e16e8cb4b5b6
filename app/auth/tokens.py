"""Access tokens and preview tokens: JWTs signed with HS256. RFC 7519, RFC 8725."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jose import jwt
from jose.exceptions import JOSEError

from app.db.base import LARGEST_INTEGER
from app.problems import Unauthenticated

ALGORITHM = "HS256"
ISSUER = "masthead"
AUDIENCE = "masthead-api"
PREVIEW_AUDIENCE = "masthead-previews"
LIFETIME = 15 * 60
"""Seconds that an access token is valid."""

_REQUIRED = {f"require_{claim}": True for claim in ("iss", "aud", "sub", "iat", "exp", "jti")}
"""The claims that python-jose must require in an access token."""
_INVALID_TOKEN_ERRORS = (JOSEError, KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""The exceptions of python-jose, and of the code here, for an invalid token."""


@dataclass(frozen=True)
class Tokens:
    """Issues and verifies tokens. `keys` maps key ids to keys; the first one signs, all of them verify."""

    keys: Mapping[str, str]

    def issue(self, user: int, sign_in: int) -> str:
        """An access token, for the id of a user and the id of their sign-in."""
        now = int(datetime.now(UTC).timestamp())
        return self._sign(
            aud=AUDIENCE,
            sub=str(user),
            sid=str(sign_in),
            iat=now,
            exp=now + LIFETIME,
            jti=secrets.token_urlsafe(12),
        )

    def for_preview(self, identifier: int, expires: datetime) -> str:
        """The token in the URL of a preview."""
        return self._sign(aud=PREVIEW_AUDIENCE, sub=str(identifier), exp=int(expires.timestamp()))

    def read(self, token: str) -> tuple[int, int]:
        """Verify an access token; return the ids of its user and of their sign-in.

        Raises Unauthenticated if the token is invalid or has expired.
        """
        try:
            claims = self._verify(token, AUDIENCE, _REQUIRED)
            return _id(claims["sub"]), _id(claims["sid"])
        except _INVALID_TOKEN_ERRORS:
            raise Unauthenticated(
                "The token is invalid or has expired. Sign in again with POST /auth/token.", invalid_token=True
            ) from None

    def preview_of(self, token: str) -> int | None:
        """The id of the preview that a token is for, even if it has expired; None for an invalid token."""
        try:
            return _id(self._verify(token, PREVIEW_AUDIENCE, {"verify_exp": False})["sub"])
        except _INVALID_TOKEN_ERRORS:
            return None

    def _sign(self, **claims: str | int) -> str:
        identifier, key = next(iter(self.keys.items()))
        return str(jwt.encode({"iss": ISSUER, **claims}, key, algorithm=ALGORITHM, headers={"kid": identifier}))

    def _verify(self, token: str, audience: str, options: Mapping[str, bool]) -> dict[str, Any]:
        """The claims of a token that was signed with one of the keys. Raises one of _INVALID_TOKEN_ERRORS."""
        key = self.keys[jwt.get_unverified_header(token)["kid"]]
        # The algorithm is never taken from the token, which could name another one or `none`. RFC 8725 §3.1.
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[ALGORITHM], audience=audience, issuer=ISSUER, options=options
        )
        return claims


def _id(claim: str) -> int:
    if not claim.isascii() or not claim.isdigit() or len(claim) > 19 or int(claim) > LARGEST_INTEGER:
        raise ValueError(claim)
    return int(claim)
