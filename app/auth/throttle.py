"""Slowing down who tries passwords: by account, and by the address they come from.

Each attempt is counted before the password is looked at, so that many at once are many; one that succeeds is taken
off again. Whoever has to wait is told so whatever their password is.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.models import Attempts
from app.db.base import now
from app.db.insert import insert_if_absent
from app.problems import TooManyAttempts

FORGOTTEN = timedelta(minutes=15)
"""After so long without an attempt all is as at first."""
_FREE = {"account": 10, "address": 50}
"""Attempts that cost no waiting."""
_LONGEST = {"account": 60, "address": 900}
"""Seconds. An account's is short: else a stranger could keep its owner out."""


def enter(session: Session, account: str, address: str | None) -> list[str]:
    """Count an attempt; the subjects that it was counted for. Raises TooManyAttempts when it is too early for one."""
    subjects = [f"account:{sha256(account.encode()).hexdigest()}"]
    if address is not None:
        subjects.append(f"address:{_network(address)}")
    present = now()
    # In one order, so that of two who count for the same subjects none waits for the other for ever.
    for subject in subjects:
        insert_if_absent(session, Attempts, subject=subject, number=0, last_at=present)
    kept = session.scalars(
        select(Attempts).where(Attempts.subject.in_(subjects)).order_by(Attempts.subject).with_for_update()
    ).all()
    wait = max(_wait(each, present) for each in kept)
    if wait > 0:
        raise TooManyAttempts(
            f"Too many passwords were tried. Try again in {wait} s.", headers={"retry-after": str(wait)}
        )
    for each in kept:
        each.number = 1 if each.last_at + FORGOTTEN < present else each.number + 1
        each.last_at = present
    session.flush()
    return subjects


def forgive(session: Session, subjects: list[str]) -> None:
    """The attempt succeeded: the account begins anew, and the address has one less."""
    account, *addresses = subjects
    session.execute(delete(Attempts).where(Attempts.subject == account))
    for each in session.scalars(select(Attempts).where(Attempts.subject.in_(addresses)).with_for_update()):
        each.number = max(0, each.number - 1)
    session.flush()


def sweep(session: Session) -> None:
    session.execute(delete(Attempts).where(Attempts.last_at < now() - FORGOTTEN))


def _wait(attempts: Attempts, present: datetime) -> int:
    """Seconds until the next one may come: twice as many with each that was too many."""
    kind = attempts.subject.partition(":")[0]
    excess = attempts.number - _FREE[kind]
    if excess < 0 or attempts.last_at + FORGOTTEN < present:
        return 0
    pause = min(_LONGEST[kind], 1 << min(excess, 20))
    return max(0, int((attempts.last_at - present).total_seconds()) + pause)


def _network(address: str) -> str:
    """The address, or of one in IPv6 the network of /64 that one household has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:60]
    if ip.version == 6 and ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else f"{':'.join(ip.exploded.split(':')[:4])}::/64"
