"""The tables that public routes read, and no others. The gate writes them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Slug


def _in_order(rows: str, *filters: str) -> Index:
    """An index for both orders of a list. Newest first is a backward scan; then the rows of each issue are sorted."""
    return Index(f"ix_{rows}_in_order", *filters, "published_at", "issue_number", "place")


class ArchivedPublication(Base):
    __tablename__ = "archive_publication"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(35))


class ArchivedIssue(Base):
    __tablename__ = "archive_issues"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index("ix_archive_issues_in_order", "published_at", "number"),
    )

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(Slug)
    published_at: Mapped[datetime]
    etag: Mapped[str] = mapped_column(String(40))
    compiler: Mapped[str] = mapped_column(String(200))
    """The versions of the compiler and of the analysis of search terms."""
    listed: Mapped[bytes]
    """A frozen `ListedIssue`, for lists."""
    document: Mapped[bytes]
    """A frozen `IssueDocument`: the body of `GET /issues/{number}`."""


class ArchivedIssueTag(Base):
    __tablename__ = "archive_issue_tags"

    tag: Mapped[str] = mapped_column(Slug, primary_key=True)
    issue_number: Mapped[int] = mapped_column(
        ForeignKey("archive_issues.number", ondelete="CASCADE"), primary_key=True, index=True
    )
    count: Mapped[int]


class ArchivedSection(Base):
    __tablename__ = "archive_sections"
    __table_args__ = (Index(None, "slug", "issue_number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    issue_number: Mapped[int] = mapped_column(ForeignKey("archive_issues.number", ondelete="CASCADE"), index=True)
    sort_key: Mapped[int] = mapped_column("place")
    """Its position among all sections of its issue, from 0."""
    slug: Mapped[str] = mapped_column(Slug)
    title: Mapped[str | None]
    tag: Mapped[str | None] = mapped_column(Slug)


class InOrder:
    """The position in the order of items: newest issue first, in reading order within an issue.

    It is repeated in all tables that drive a list, so that one index has both the filter and the order.
    """

    published_at: Mapped[datetime]
    issue_number: Mapped[int] = mapped_column(Id)
    # The column has the name that it was created with.
    sort_key: Mapped[int] = mapped_column("place", BigInteger)
    """Increases through the issue, with gaps; see `archive.sort_keys`."""


class ArchivedItem(InOrder, Base):
    __tablename__ = "archive_items"

    __table_args__ = (
        _in_order("archive_items"),
        _in_order("archive_items_of_domain", "domain"),
        _in_order("archive_items_sponsored", "sponsored"),
        Index(None, "issue_number", "place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    issue_number: Mapped[int] = mapped_column(ForeignKey("archive_issues.number", ondelete="CASCADE"))
    domain: Mapped[str | None] = mapped_column(String(300))
    sponsored: Mapped[bool]
    document: Mapped[bytes]
    """A frozen `ListedItem`, for lists and `GET /items/{id}`."""


class ArchivedItemTag(InOrder, Base):
    __tablename__ = "archive_item_tags"

    __table_args__ = (_in_order("archive_item_tags", "tag"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("archive_items.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(Slug, primary_key=True)


class ArchivedItemSection(InOrder, Base):
    """An item in a section with this slug, or in a subsection of one."""

    __tablename__ = "archive_item_sections"

    __table_args__ = (_in_order("archive_item_sections", "section"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("archive_items.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(Slug, primary_key=True)


class ArchivedTag(Base):
    __tablename__ = "archive_tags"

    slug: Mapped[str] = mapped_column(Slug, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(JSON)
    count: Mapped[int] = mapped_column(default=0)
    issue_count: Mapped[int] = mapped_column(default=0)


class ArchivedTagLabel(Base):
    """A label of a tag: its slug, its name or an alias."""

    __tablename__ = "archive_tag_labels"

    key: Mapped[str] = mapped_column(Slug, primary_key=True)
    """The key of the label; see `slugs.key_of`."""
    tag: Mapped[str] = mapped_column(ForeignKey("archive_tags.slug", ondelete="CASCADE"), index=True)


class ArchivedSeries(Base):
    """A series: the sections with the same slug in all published issues."""

    __tablename__ = "archive_series"

    slug: Mapped[str] = mapped_column(Slug, primary_key=True)
    title: Mapped[str | None]
    """From the latest issue that has it, like the tag."""
    tag: Mapped[str | None] = mapped_column(Slug)
    issue_count: Mapped[int]
    item_count: Mapped[int]
    latest_issue: Mapped[int]
