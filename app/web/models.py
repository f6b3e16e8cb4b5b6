"""The table of responses that are stored for idempotency keys."""

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, now


class StoredResponse(Base):
    """The response to a request with an `Idempotency-Key`."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index(None, "created_at"),)

    caller: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request: Mapped[bytes]
    """A digest of path, query and body of the request."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[int | None]
    """NULL only within the transaction that claims the key."""
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    body: Mapped[bytes | None]
    """Compressed with zlib."""
