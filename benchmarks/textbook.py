"""The textbook server: FastAPI, SQLAlchemy's async ORM with `selectinload`, and `response_model`.

It follows the documentation of both, with some advantages: what Masthead computes when it publishes (HTML, reading
time, numbers of the previous and next issue) is stored in columns here too, and the pool has a connection for each
client. It uses Masthead's own response model, and returns the same document.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import JSON, Column, Dialect, ForeignKey, Table, TypeDecorator, create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.types import DateTime

from app.content.document import Document, IssueDocument, SectionDocument, TagCount

DATABASE = "BENCHMARK_DATABASE"
"""The environment variable with the path of the SQLite file."""

CONNECTIONS = 16


class UTCDateTime(TypeDecorator[datetime]):
    """A datetime in UTC; SQLite stores no time zone."""

    impl = DateTime
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UTCDateTime, dict[str, Any]: JSON(none_as_null=True)}  # noqa: RUF012


item_tags = Table(
    "item_tags",
    Base.metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("tag_slug", ForeignKey("tags.slug"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tags"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    title_source: Mapped[str]
    url: Mapped[str | None]
    domain: Mapped[str | None]
    source: Mapped[str | None]
    image: Mapped[dict[str, Any] | None]
    body: Mapped[str | None]
    body_html: Mapped[str | None]
    sponsored: Mapped[bool]
    updated_at: Mapped[datetime]
    extra: Mapped[dict[str, Any]]

    parent: Mapped["Section"] = relationship(back_populates="items")
    labels: Mapped[list[Tag]] = relationship(secondary=item_tags)

    @property
    def tags(self) -> list[str]:
        return [tag.slug for tag in self.labels]

    @property
    def issue(self) -> int:
        return self.parent.issue_number

    @property
    def section(self) -> str:
        return self.parent.slug


class Section(Base):
    __tablename__ = "sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_number: Mapped[int] = mapped_column(ForeignKey("issues.number"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"), index=True)
    position: Mapped[int]
    slug: Mapped[str]
    title: Mapped[str | None]
    tag: Mapped[str | None]
    intro: Mapped[str | None]
    intro_html: Mapped[str | None]
    extra: Mapped[dict[str, Any]]

    items: Mapped[list[Item]] = relationship(back_populates="parent", order_by=Item.position)
    sections: Mapped[list["Section"]] = relationship(order_by="Section.position")


class Issue(Base):
    __tablename__ = "issues"

    number: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]
    subtitle: Mapped[str | None]
    status: Mapped[str]
    language: Mapped[str]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]
    image: Mapped[dict[str, Any] | None]
    extra: Mapped[dict[str, Any]]
    intro: Mapped[str | None]
    intro_html: Mapped[str | None]
    outro: Mapped[str | None]
    outro_html: Mapped[str | None]
    reading_minutes: Mapped[int]
    links: Mapped[dict[str, Any]]

    every_section: Mapped[list[Section]] = relationship(order_by=Section.position)

    @property
    def sections(self) -> list[Section]:
        return [section for section in self.every_section if section.parent_id is None]

    @property
    def item_count(self) -> int:
        return sum(len(section.items) for section in self.every_section)

    @property
    def tags(self) -> list[TagCount]:
        labels = [label for section in self.every_section for item in section.items for label in item.labels]
        names = {label.slug: label.name for label in labels}
        counts = Counter(label.slug for label in labels)
        return [TagCount(slug=slug, name=names[slug], count=counts[slug]) for slug in sorted(counts)]


def create_app() -> FastAPI:
    engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ[DATABASE]}", pool_size=CONNECTIONS, max_overflow=0)
    make_session = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    async def open_session() -> AsyncIterator[AsyncSession]:
        async with make_session() as session:
            yield session

    app = FastAPI(lifespan=lifespan)

    @app.get("/issues/{number}", response_model=IssueDocument)
    async def read_issue(number: int, session: Annotated[AsyncSession, Depends(open_session)]) -> Issue:
        of_section = selectinload(Issue.every_section)
        issue = await session.scalar(
            select(Issue)
            .where(Issue.number == number)
            .options(
                of_section.selectinload(Section.items).selectinload(Item.labels),
                of_section.selectinload(Section.sections),
            )
        )
        if issue is None:
            raise HTTPException(404)
        return issue

    return app


def fill(file: Path, issues: Iterable[IssueDocument]) -> None:
    """Create the database, and insert these issues into its normalized tables."""
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.connection().exec_driver_sql("PRAGMA journal_mode=WAL")
        for issue in issues:
            for tag in issue.tags:
                session.merge(Tag(slug=tag.slug, name=tag.name))
            session.add(Issue(**_columns(Issue, issue)))
            for section in issue.sections:
                _add(session, section, issue.number, parent_id=None)
        session.commit()
    engine.dispose()


def _add(session: Session, section: SectionDocument, number: int, parent_id: int | None) -> None:
    session.add(Section(**_columns(Section, section), issue_number=number, parent_id=parent_id))
    for item in section.items:
        labels = [session.get_one(Tag, slug) for slug in item.tags]
        session.add(Item(**_columns(Item, item), labels=labels))
    for child in section.sections:
        _add(session, child, number, parent_id=section.id)


def _columns(table: type[Base], document: Document) -> dict[str, Any]:
    """The fields of a document that are columns of a table."""
    fields = {name: getattr(document, name) for name in type(document).model_fields}
    return {name: _plain(value) for name, value in fields.items() if name in table.__table__.columns}


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, Document) else value
