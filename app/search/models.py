"""What can be found. The index of its terms is a table of its own on each database; see `search.index`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id


class SearchEntry(Base):
    """An issue or an item: its texts, for highlights, and its position in the order of items."""

    __tablename__ = "search_entries"
    __table_args__ = (
        Index(None, "issue_number"),
        Index("ix_search_entries_in_order", "published_at", "issue_number", "place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    """The item's; for an issue, its number with a minus before it."""
    issue_number: Mapped[int] = mapped_column(ForeignKey("archive_issues.number"))
    published_at: Mapped[datetime]
    sort_key: Mapped[int] = mapped_column("place", BigInteger)
    """Among the entries of its issue, which itself comes first."""
    title: Mapped[str]
    body: Mapped[str]
    """Plain text."""
