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
_tick = update(ContentClock).values(value=ContentClock.value + 1).returning(ContentClock.value)


def tick(session: Session) -> int:
    """Increase the clock by one and return its new value.

    This locks the clock's row until the transaction ends, so that transactions that change the archive run one after
    another. Call it before reading what is to be compiled, and lock other rows before it, never after.
    """
    return session.execute(_tick).scalar_one()


def read(session: Session) -> int:
    """The clock's value in this session's snapshot."""
    return session.execute(_read).scalar_one()
