"""Records of imports, so that a source that is imported again updates its issue and does not make a second one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.content.models import Issue
from app.db.base import Base, now


class ImportedIssue(Base):
    """The last import of an issue."""

    __tablename__ = "imported_issues"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(500), index=True)
    """Identifies its source. Several issues may have the same: `index.md` of two folders."""
    title: Mapped[str] = mapped_column(index=True)
    """As in the source; the issue's own may have been changed since."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the imported document."""
    version: Mapped[int]
    """The issue's, right after the import; it is higher when somebody has edited the issue since."""
    imported_at: Mapped[datetime] = mapped_column(default=now)

    issue: Mapped[Issue] = relationship()
