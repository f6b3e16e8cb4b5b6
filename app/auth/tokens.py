"""Access tokens: JWTs signed with HS256, good for 15 minutes. RFC 7519, RFC 8725."""

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
PREVIEWS = "masthead-previews"
LIFETIME = 15 * 60
"""Seconds."""

_REQUIRED = {f"require_{claim}": True for claim in ("iss", "aud", "sub", "iat", "exp", "jti")}
"""What python-jose is to ask for in an access token."""
_NOT_VALID = (JOSEError, KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What python-jose and the code here raise, whatever is wrong with a token."""


@dataclass(frozen=True)
class Tokens:
    """Makes and reads tokens. `keys` are by their ids; the first signs, all are believed."""

    keys: Mapping[str, str]

    def issue(self, user: int, sign_in: int) -> str:
        """A token for a user, by their ids, who has signed in."""
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
        """What is in the address of a preview."""
        return self._sign(aud=PREVIEWS, sub=str(identifier), exp=int(expires.timestamp()))

    def read(self, token: str) -> tuple[int, int]:
        """The ids of the user that the token was made for, and of their sign-in.

        Raises Unauthenticated unless all of it is right.
        """
        try:
            claims = self._verified(token, AUDIENCE, _REQUIRED)
            return _id(claims["sub"]), _id(claims["sid"])
        except _NOT_VALID:
            raise Unauthenticated(
                "The token is not valid, or no longer: sign in again by POST /auth/token.", token_is_bad=True
            ) from None

    def preview_of(self, token: str) -> int | None:
        """The id of the preview that a token was made for, though it may be over; None for no such token."""
        try:
            return _id(self._verified(token, PREVIEWS, {"verify_exp": False})["sub"])
        except _NOT_VALID:
            return None

    def _sign(self, **claims: str | int) -> str:
        identifier, key = next(iter(self.keys.items()))
        return str(jwt.encode({"iss": ISSUER, **claims}, key, algorithm=ALGORITHM, headers={"kid": identifier}))

    def _verified(self, token: str, audience: str, options: Mapping[str, bool]) -> dict[str, Any]:
        """The claims of a token that one of the keys has signed. Raises one of _NOT_VALID."""
        key = self.keys[jwt.get_unverified_header(token)["kid"]]
        # The algorithm comes from here and never from the token, which may name none or another.
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[ALGORITHM], audience=audience, issuer=ISSUER, options=options
        )
        return claims


def _id(claim: str) -> int:
    if not claim.isascii() or not claim.isdigit() or len(claim) > 19 or int(claim) > LARGEST_INTEGER:
        raise ValueError(claim)
    return int(claim)
