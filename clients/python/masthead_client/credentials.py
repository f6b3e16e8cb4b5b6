"""The credentials that requests are sent with."""

from dataclasses import dataclass, field

from masthead_client.errors import Unauthenticated
from masthead_client.models.management import Token


@dataclass
class Credentials:
    """A token, and what a new one can be obtained with. All empty: requests are anonymous.

    A request keeps the credentials that it started with, also when the client signs in as another user meanwhile.
    """

    token: str | None = field(default=None, repr=False)
    """An access token or an API key."""
    refresh_token: str | None = field(default=None, repr=False)
    password: tuple[str, str] | None = field(default=None, repr=False)
    """Username and password."""

    def __post_init__(self) -> None:
        if self._has_api_key() and self.can_renew():
            raise ValueError("an API key cannot be combined with a password or a refresh token")

    def can_renew(self) -> bool:
        """Whether a new access token can be obtained."""
        return self.refresh_token is not None or self.password is not None

    def store(self, token: Token) -> None:
        self.token, self.refresh_token = token.access_token, token.refresh_token

    def change_password(self, old: str, new: str) -> None:
        if self.password is not None and self.password[1] == old:
            self.password = self.password[0], new

    def clear(self) -> None:
        """Forget everything, also for requests in flight."""
        self.token = self.refresh_token = self.password = None

    def _has_api_key(self) -> bool:
        return self.token is not None and self.token.startswith("mh_")


def is_token_invalid(problem: Unauthenticated) -> bool:
    """Whether the server refused the token itself: it has expired or was revoked. RFC 6750 §3.1."""
    return 'error="invalid_token"' in problem.headers.get("www-authenticate", "")
