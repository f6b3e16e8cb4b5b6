"""The addresses from which each user has signed in.

Password attempts from them are counted by themselves (see throttle), so that nobody else can lock the user out.
"""

from datetime import timedelta
from ipaddress import ip_address

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.auth.models import KnownAddress, User
from app.db.base import now
from app.db.insert import upsert

LIFETIME = timedelta(days=90)
"""An address is forgotten after this time without signing in."""


def network_of(address: str) -> str:
    """The IPv4 address, or the /64 network of an IPv6 address, which usually belongs to one customer.

    `address` is that of a `web.client_address.Client`, in which an IPv4 address is never mapped to one of IPv6.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:60]
    return str(ip) if ip.version == 4 else f"{':'.join(ip.exploded.split(':')[:4])}::/64"


def is_known(session: Session, account: str, address: str) -> bool:
    """Whether the user with this name has signed in from the address; False if there is no such user."""
    known = select(KnownAddress).join(User, User.id == KnownAddress.user_id)
    matching = known.where(
        User.name == account, KnownAddress.network == network_of(address), KnownAddress.last_at > now() - LIFETIME
    )
    return bool(session.scalar(select(exists(matching.subquery()))))


def remember(session: Session, user: User, address: str) -> None:
    upsert(session, KnownAddress, [{"user_id": user.id, "network": network_of(address), "last_at": now()}])


def forget_others(session: Session, user: User, address: str | None) -> None:
    """Forget all addresses of a user except this one."""
    others = KnownAddress.network != network_of(address) if address is not None else True
    session.execute(delete(KnownAddress).where(KnownAddress.user_id == user.id, others))  # type: ignore[arg-type]


def purge_expired(session: Session) -> None:
    session.execute(delete(KnownAddress).where(KnownAddress.last_at < now() - LIFETIME))
