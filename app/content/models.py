"""The tables of the authoring side, normalised."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.content.document import Status, TitleSource
from app.db.base import AUTOINCREMENT, Base, ExactJSON, Id, Slug, now


class Publication(Base):
    """The newsletter itself. The table has one row."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    description: Mapped[str]
    author: Mapped[str]
    language: Mapped[str] = mapped_column(String(35))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Tag(Base):
    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("slug"), UniqueConstraint("name"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(Slug)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    aliases: Mapped[list[TagAlias]] = relationship(
        order_by="TagAlias.slug", cascade="all, delete-orphan", passive_deletes=True
    )


class TagAlias(Base):
    """Another name of a tag, for example 'Career resources' for Career. The URL with its slug redirects to the tag."""

    __tablename__ = "tag_aliases"

    slug: Mapped[str] = mapped_column(Slug, primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)


class Issue(Base):
    __tablename__ = "issues"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("slug"),
        CheckConstraint("number > 0", name="number_is_positive"),
        CheckConstraint("status IN ('draft', 'scheduled', 'published')", name="status_is_known"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_is_dated"),
        CheckConstraint("(status = 'scheduled') = (scheduled_at IS NOT NULL)", name="scheduled_has_a_time"),
        CheckConstraint("deleted_at IS NULL OR status = 'draft'", name="deleted_is_a_draft"),
        Index(None, "scheduled_at"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Id)
    slug: Mapped[str] = mapped_column(Slug)
    title: Mapped[str]
    subtitle: Mapped[str | None]
    status: Mapped[Status] = mapped_column(String(20), default="draft")
    language: Mapped[str] = mapped_column(String(35))
    published_at: Mapped[datetime | None]
    scheduled_at: Mapped[datetime | None]
    """When a scheduled issue will be published."""
    deleted_at: Mapped[datetime | None]
    """When it was moved to the bin. It keeps its number and slug there."""
    intro: Mapped[str | None]
    outro: Mapped[str | None]
    image_url: Mapped[str | None]
    image_alt: Mapped[str | None]
    extra: Mapped[dict[str, Any]] = mapped_column(ExactJSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    sections: Mapped[list[Section]] = relationship(
        back_populates="issue",
        order_by="Section.position, Section.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    """All sections of the issue, at any depth."""


class Section(Base):
    __tablename__ = "sections"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position_is_not_negative"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index(None, "issue_id", "parent_id", "position"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(Slug)
    title: Mapped[str | None]
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"), index=True)
    intro: Mapped[str | None]
    extra: Mapped[dict[str, Any]] = mapped_column(ExactJSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    issue: Mapped[Issue] = relationship(back_populates="sections")
    parent: Mapped[Section | None] = relationship(remote_side=id)
    tag: Mapped[Tag | None] = relationship()
    items: Mapped[list[Item]] = relationship(
        back_populates="section",
        order_by="Item.position, Item.id",
        collection_class=ordering_list("position", reorder_on_append=True),
        cascade="all",
        passive_deletes=True,
    )


class Item(Base):
    """An entry in a section, or, without a section, in the inbox."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position_is_not_negative"),
        CheckConstraint("title_source IN ('author', 'body')", name="title_source_is_known"),
        Index(None, "section_id", "position"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="CASCADE"))
    position: Mapped[int]
    """The position in its section; 0 in the inbox, which lists the newest items first."""
    title: Mapped[str]
    title_source: Mapped[TitleSource] = mapped_column(String(10), default="author")
    url: Mapped[str | None]
    source: Mapped[str | None]
    body: Mapped[str | None]
    image_url: Mapped[str | None]
    image_alt: Mapped[str | None]
    sponsored: Mapped[bool] = mapped_column(default=False)
    takes_tag: Mapped[bool] = mapped_column(default=False)
    """For items in the inbox that were created without `tags`: the item gets the tag of the first section that it is
    moved to."""
    extra: Mapped[dict[str, Any]] = mapped_column(ExactJSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    section: Mapped[Section | None] = relationship(back_populates="items")
    tag_links: Mapped[list[ItemTag]] = relationship(
        order_by="ItemTag.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def tags(self) -> list[Tag]:
        """The item's tags, in its author's order."""
        return [link.tag for link in self.tag_links]


class ItemTag(Base):
    __tablename__ = "item_tags"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, index=True)
    position: Mapped[int]

    tag: Mapped[Tag] = relationship()


class Revision(Base):
    """The document of an issue at one version."""

    __tablename__ = "revisions"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    """The time of its first write: the writes of one caller within a minute are combined into one revision."""
    created_at: Mapped[datetime]
    """The time of its last write."""
    caller: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    """The name of the caller at that time."""
    request: Mapped[str]
    """The request of the caller, for example `PATCH /items/401`."""
    kept: Mapped[bool] = mapped_column(default=False)
    """Whether later writes are not combined with it, because it is the first, was published, is pinned by a preview, or
    was replaced by a restore."""
    document: Mapped[bytes]
    """An `IssueDocument` as JSON, compressed with zlib."""


class Preview(Base):
    """A link with which people without an account can read an issue, until it expires or is revoked."""

    __tablename__ = "previews"
    __table_args__ = (AUTOINCREMENT,)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    version: Mapped[int | None]
    """The revision that it shows; None for the current draft."""
    name: Mapped[str] = mapped_column(String(200))
    """The name of the caller who created it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
