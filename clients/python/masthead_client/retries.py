"""What may be retried, and after how long: nothing that could be done twice by that."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from masthead_client.errors import ConnectionFailed, ProblemError

MAX_DELAY = 30.0
"""Seconds. If the server asks for a longer wait, the error is raised instead."""

# With a problem's code these come from the server, which has done nothing. A proxy's 503 may follow a finished write.
_BUSY = frozenset({429, 503})
_GATEWAY_ERRORS = frozenset({502, 503, 504})

_NOT_SENT = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
_RESPONSE_LOST = httpx.TimeoutException | httpx.NetworkError | httpx.RemoteProtocolError | httpx.ProxyError


def retry_delay(error: ConnectionFailed | ProblemError, retries: int, *, idempotent: bool) -> float | None:
    """Seconds to wait before a retry; None: do not retry.

    `retries` is how often the request was retried already. `idempotent` says that processing it twice has the same
    effect as once.
    """
    if not (_was_not_processed(error) or (idempotent and _is_temporary(error))):
        return None
    requested = _retry_after(error) if isinstance(error, ProblemError) else None
    if requested is not None:
        return requested if requested <= MAX_DELAY else None
    # Exponential, with jitter so that clients that failed together do not come back together.
    return random.uniform(0.1, 0.2) * min(1 << retries, 100)


def _was_not_processed(error: ConnectionFailed | ProblemError) -> bool:
    if isinstance(error, ProblemError):
        return error.status in _BUSY and error.code != ""
    return isinstance(error.__cause__, _NOT_SENT)


def _is_temporary(error: ConnectionFailed | ProblemError) -> bool:
    if isinstance(error, ProblemError):
        return error.status in _GATEWAY_ERRORS
    return isinstance(error.__cause__, _RESPONSE_LOST)


def _retry_after(problem: ProblemError) -> float | None:
    """Seconds until the Retry-After header's time, which is a number of seconds or a date. RFC 9110 §10.2.3."""
    value = problem.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    # RFC 5322: the offset -0000 is UTC, and is parsed without a time zone.
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
