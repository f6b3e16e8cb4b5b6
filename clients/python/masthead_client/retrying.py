"""What may be sent again, and when: never what could be done twice by that."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from masthead_client.errors import ConnectionFailed, ProblemError

LONGEST_PAUSE = 30.0
"""Seconds. Who is told to come again later than that is told so instead."""

# The server's own words that it was busy and has done nothing. A proxy's 503 may come behind what was done.
_BUSY = frozenset({429, 503})
_FROM_A_PROXY = frozenset({502, 503, 504})

_UNSENT = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
_LOST = httpx.TimeoutException | httpx.NetworkError | httpx.RemoteProtocolError | httpx.ProxyError


def pause_before_again(error: ConnectionFailed | ProblemError, before: int, *, repeatable: bool) -> float | None:
    """Seconds after which what failed so may be sent again; None: it may not, or it would take too long.

    `before` is how often it has been sent again already, `repeatable` whether it does the same when it comes twice.
    """
    if not (_has_done_nothing(error) or (repeatable and _may_have_been_lost(error))):
        return None
    said = _retry_after(error) if isinstance(error, ProblemError) else None
    if said is not None:
        return said if said <= LONGEST_PAUSE else None
    # Longer each time, and not the same for all that failed together.
    return random.uniform(0.1, 0.2) * min(1 << before, 100)


def _has_done_nothing(error: ConnectionFailed | ProblemError) -> bool:
    if isinstance(error, ProblemError):
        return error.status in _BUSY and error.code != ""
    return isinstance(error.__cause__, _UNSENT)


def _may_have_been_lost(error: ConnectionFailed | ProblemError) -> bool:
    if isinstance(error, ProblemError):
        return error.status in _FROM_A_PROXY
    return isinstance(error.__cause__, _LOST)


def _retry_after(problem: ProblemError) -> float | None:
    """Seconds, from a number of them or from a date. RFC 9110 §10.2.3."""
    said = problem.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    # RFC 5322: -0000 is a time in UTC, without its zone.
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
