"""The content clock: one number that increases whenever public content changes."""

from sqlalchemy import BigInteger, CheckConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base


class ContentClock(Base):
    __tablename__ = "content_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger)


_read = select(ContentClock.value)
_locked = select(ContentClock.value).with_for_update()
_tick = update(ContentClock).values(value=ContentClock.value + 1)


def lock(session: Session) -> None:
    """Lock the clock's row until the transaction ends, so that transactions that change the archive run one after
    another.

    Call it before reading what is to be compiled, and lock other rows before it, never after. On SQLite a transaction
    that writes is alone from its first statement on.
    """
    if session.get_bind().dialect.name != "sqlite" and not _done(session, "clock_locked"):
        session.execute(_locked)


def tick(session: Session) -> None:
    """Raise the clock by one, once in a transaction, which holds its row (see `lock`)."""
    if not _done(session, "clock_ticked"):
        session.execute(_tick)


def read(session: Session) -> int:
    """The clock's value in this session's snapshot."""
    return session.execute(_read).scalar_one()


def _done(session: Session, what: str) -> bool:
    """Whether this has been done in the session's present transaction; from now on it has."""
    before, session.info[what] = session.info.get(what), session.get_transaction()
    return before is not None and before is session.info[what]
