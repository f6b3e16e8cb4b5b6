"""Rate limiting of password attempts, by account and by IP address.

Each attempt is counted before the password is checked, so that parallel attempts all count; a successful one is
subtracted again. A caller who has to wait gets the same response whether their password is right or wrong.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.models import PasswordAttempts
from app.db.base import now
from app.db.insert import insert_if_absent
from app.problems import TooManyAttempts

WINDOW = timedelta(minutes=15)
"""The count is reset after this time without an attempt."""
_FREE_ATTEMPTS = {"account": 10, "address": 50}
"""Attempts before waiting times start."""
_MAX_WAIT = {"account": 60, "address": 900}
"""Seconds. It is short for an account, because otherwise anyone could lock its owner out."""


def record_attempt(session: Session, account: str, address: str | None) -> list[str]:
    """Count an attempt, and return the subjects that it was counted for.

    Raises TooManyAttempts if the waiting time of one of them is not over.
    """
    subjects = [f"account:{sha256(account.encode()).hexdigest()}"]
    if address is not None:
        subjects.append(f"address:{_network(address)}")
    present = now()
    # Always in the same order, so that two attempts for the same subjects cannot deadlock.
    for subject in subjects:
        insert_if_absent(session, PasswordAttempts, subject=subject, number=0, last_at=present)
    kept = session.scalars(
        select(PasswordAttempts)
        .where(PasswordAttempts.subject.in_(subjects))
        .order_by(PasswordAttempts.subject)
        .with_for_update()
    ).all()
    wait = max(_wait(each, present) for each in kept)
    if wait > 0:
        raise TooManyAttempts(
            f"Too many password attempts. Try again in {wait} seconds.", headers={"retry-after": str(wait)}
        )
    for each in kept:
        each.number = 1 if each.last_at + WINDOW < present else each.number + 1
        each.last_at = present
    session.flush()
    return subjects


def record_success(session: Session, subjects: list[str]) -> None:
    """Reset the count of the account, and subtract the successful attempt from that of the address."""
    account, *addresses = subjects
    session.execute(delete(PasswordAttempts).where(PasswordAttempts.subject == account))
    for each in session.scalars(
        select(PasswordAttempts).where(PasswordAttempts.subject.in_(addresses)).with_for_update()
    ):
        each.number = max(0, each.number - 1)
    session.flush()


def purge_expired(session: Session) -> None:
    session.execute(delete(PasswordAttempts).where(PasswordAttempts.last_at < now() - WINDOW))


def _wait(attempts: PasswordAttempts, present: datetime) -> int:
    """Seconds until the next attempt is allowed: doubled with each attempt over the limit."""
    kind = attempts.subject.partition(":")[0]
    excess = attempts.number - _FREE_ATTEMPTS[kind]
    if excess < 0 or attempts.last_at + WINDOW < present:
        return 0
    pause = min(_MAX_WAIT[kind], 1 << min(excess, 20))
    return max(0, int((attempts.last_at - present).total_seconds()) + pause)


def _network(address: str) -> str:
    """The IPv4 address, or the /64 network of an IPv6 address, which usually belongs to one customer."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:60]
    if ip.version == 6 and ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else f"{':'.join(ip.exploded.split(':')[:4])}::/64"
