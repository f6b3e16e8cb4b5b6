"""Access tokens: JWTs signed with HS256, good for 15 minutes. RFC 7519, RFC 8725."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

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

_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")
_REQUIRED = {f"require_{claim}": True for claim in _CLAIMS}


@dataclass(frozen=True)
class Tokens:
    """Makes and reads tokens. `keys` are by their ids; the first signs, all are believed."""

    keys: Mapping[str, str]

    def issue(self, user: int, sign_in: int) -> str:
        """A token for a user, by their ids, who has signed in."""
        now = int(datetime.now(UTC).timestamp())
        identifier, key = next(iter(self.keys.items()))
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user),
            "sid": str(sign_in),
            "iat": now,
            "exp": now + LIFETIME,
            "jti": secrets.token_urlsafe(12),
        }
        return str(jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": identifier}))

    def for_preview(self, identifier: int, expires: datetime) -> str:
        """What is in the address of a preview."""
        key_id, key = next(iter(self.keys.items()))
        claims = {"iss": ISSUER, "aud": PREVIEWS, "sub": str(identifier), "exp": int(expires.timestamp())}
        return str(jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id}))

    def preview_of(self, token: str) -> int | None:
        """The id of the preview that a token was made for, though it may be over; None for no such token."""
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=PREVIEWS, issuer=ISSUER, options={"verify_exp": False}
            )
            return int(claims["sub"])
        except (JOSEError, KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return None

    def read(self, token: str) -> tuple[int, int]:
        """The ids of the user that the token was made for, and of their sign-in.

        Raises Unauthenticated unless all of it is right.
        """
        try:
            header = jwt.get_unverified_header(token)
            key = self.keys[header["kid"]]
            # The algorithm comes from here and never from the token, which may name none or another.
            claims = jwt.decode(token, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_REQUIRED)
            return _id(claims["sub"]), _id(claims["sid"])
        except (JOSEError, KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise Unauthenticated(
                "The token is not valid, or no longer: sign in again by POST /auth/token.", token_is_bad=True
            ) from None


def _id(claim: str) -> int:
    if not claim.isascii() or not claim.isdigit() or len(claim) > 19 or int(claim) > LARGEST_INTEGER:
        raise ValueError(claim)
    return int(claim)
