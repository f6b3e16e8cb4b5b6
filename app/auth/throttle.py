"""Rate limiting of password attempts, by account and by IP address.

An attempt for an account is counted by itself if it comes from an address from which the account's user has signed in:
whatever others try elsewhere, they cannot keep the user out.

Each attempt is counted before the password is checked, so that parallel attempts all count; a successful one is
subtracted again. A caller who has to wait gets the same response whether their password is right or wrong.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth import known_addresses
from app.auth.known_addresses import network_of
from app.auth.models import PasswordAttempts
from app.db.base import now
from app.db.insert import insert_if_absent
from app.problems import TooManyAttempts

WINDOW = timedelta(minutes=15)
"""The count is reset after this time without an attempt."""
FREE_ATTEMPTS = {"account": 10, "known": 10, "address": 50}
"""Attempts before waiting times start."""
LONGEST_WAIT = {"account": 60, "known": 60, "address": 900}
"""Seconds. It is short for an account, because otherwise anyone could lock its owner out."""


def record_attempt(session: Session, account: str, address: str | None, *, is_certain: bool = False) -> list[str]:
    """Count an attempt, and return the subjects that it was counted for.

    `is_certain` says whether the address is the client's own. Raises TooManyAttempts if the waiting time of one of
    the subjects is not over.
    """
    present = now()
    if address is not None and is_certain and known_addresses.is_known(session, account, address):
        subjects = [f"known:{_digest(f'{account} {network_of(address)}')}"]
    else:
        subjects = [f"account:{_digest(account)}"]
        if address is not None:
            subjects.append(f"address:{network_of(address)}")
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
    excess = attempts.number - FREE_ATTEMPTS[kind]
    if excess < 0 or attempts.last_at + WINDOW < present:
        return 0
    pause = min(LONGEST_WAIT[kind], 1 << min(excess, 20))
    return max(0, int((attempts.last_at - present).total_seconds()) + pause)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
