"""The content clock: one number that rises whenever what the public reads changes."""

from sqlalchemy import BigInteger, CheckConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base


class ContentClock(Base):
    __tablename__ = "content_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger)


def tick(session: Session) -> int:
    """Raise the clock by one and return its new value.

    It holds the clock's row until the transaction ends, so that whoever changes the archive takes turns here: call
    it before reading what is to be compiled, and lock other rows before it, never after.
    """
    statement = update(ContentClock).values(value=ContentClock.value + 1).returning(ContentClock.value)
    return session.execute(statement).scalar_one()


def read(session: Session) -> int:
    """The clock's value in this session's snapshot."""
    return session.execute(select(ContentClock.value)).scalar_one()
