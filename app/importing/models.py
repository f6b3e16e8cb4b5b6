"""What is remembered of imports, so that a source that is read again changes its issue and makes no second one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.content.models import Issue
from app.db.base import Base, now


class ImportedIssue(Base):
    """That an issue has come in from a source, and how it was then."""

    __tablename__ = "imported_issues"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(500), index=True)
    """What its source is known by when it is read again. Several issues may have one: `index.md` of two folders."""
    title: Mapped[str] = mapped_column(index=True)
    """As its source has it, which may be renamed."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the document that came in."""
    version: Mapped[int]
    """The issue's, right after: a higher one tells that somebody has edited it since."""
    imported_at: Mapped[datetime] = mapped_column(default=now)

    issue: Mapped[Issue] = relationship()
