"""The entries of the search. The index of their terms is a different table on each database; see `search.index`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id


class SearchEntry(Base):
    """An issue or an item: its text, for highlights, and its position in the order of items."""

    __tablename__ = "search_entries"
    __table_args__ = (
        Index(None, "issue_number"),
        Index("ix_search_entries_in_order", "published_at", "issue_number", "place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    """The id of the item, or the negative number of the issue."""
    issue_number: Mapped[int] = mapped_column(ForeignKey("archive_issues.number"))
    published_at: Mapped[datetime]
    sort_key: Mapped[int] = mapped_column("place", BigInteger)
    """The order among the entries of an issue; the issue itself comes first."""
    title: Mapped[str]
    body: Mapped[str]
    """Plain text."""
