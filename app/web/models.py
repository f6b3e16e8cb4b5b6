"""What HTTP keeps: answers, for requests that come again."""

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, now


class KeptAnswer(Base):
    """What a request with an `Idempotency-Key` was answered."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index(None, "created_at"),)

    caller: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request: Mapped[bytes]
    """A digest of what was asked."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[int | None]
    """Absent only within the transaction that answers."""
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    body: Mapped[bytes | None]
    """Deflated."""
