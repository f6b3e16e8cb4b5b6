"""Who calls, and what they have to show."""

from dataclasses import dataclass, field

from masthead_client.errors import Unauthenticated
from masthead_client.models import Token


@dataclass
class Caller:
    """What somebody shows, and what they get more of it by. With nothing of it, it is nobody.

    What one caller has begun is never finished as another: each request keeps the one that it began with.
    """

    token: str | None = field(default=None, repr=False)
    """An access token, or an API key."""
    refresh_token: str | None = field(default=None, repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    """Name and password."""

    def __post_init__(self) -> None:
        if self._has_a_key() and self.can_renew():
            raise ValueError("an API key goes alone: give either it, or what to sign in with")

    def can_renew(self) -> bool:
        """Whether there is a way to another access token."""
        return self.refresh_token is not None or self.credentials is not None

    def take(self, token: Token) -> None:
        self.token, self.refresh_token = token.access_token, token.refresh_token

    def change_password(self, old: str, new: str) -> None:
        if self.credentials is not None and self.credentials[1] == old:
            self.credentials = self.credentials[0], new

    def forget(self) -> None:
        """Be nobody, also for what is on its way."""
        self.token = self.refresh_token = self.credentials = None

    def _has_a_key(self) -> bool:
        return self.token is not None and self.token.startswith("mh_")


def ran_out(problem: Unauthenticated) -> bool:
    """RFC 6750 §3.1: the token is expired, revoked or otherwise no longer good."""
    return 'error="invalid_token"' in problem.headers.get("www-authenticate", "")
