"""What public routes take and, beside documents, answer."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.validation import Day, Flag, IssueNumberValue
from app.web.pages import ListQuery, Order

TagLabel = Annotated[str, Field(min_length=1, max_length=500)]
MOST_TAGS = 20
"""In one filter: each is a condition more for the database to plan."""


class ListLinks(BaseModel):
    self: str
    items: str


class TagDocument(BaseModel):
    """A tag of the publication's vocabulary."""

    slug: str
    name: str
    description: str | None
    aliases: list[str] = Field(description="other labels that mean it")
    count: int = Field(description="published items that have it")
    issue_count: int = Field(description="published issues with such an item")
    links: ListLinks


class SeriesDocument(BaseModel):
    """The same section through all published issues."""

    slug: str
    title: str | None = Field(description="as in the latest issue that has it")
    tag: str | None
    issue_count: int
    item_count: int = Field(description="items in it and beneath it")
    latest_issue: int
    links: ListLinks


class PublicationDocument(BaseModel):
    """The newsletter itself."""

    title: str
    description: str
    author: str
    language: str


class FrontLinks(BaseModel):
    """Addresses relative to the server's root; only those that answer."""

    issues: str = "/issues"
    latest: str | None
    items: str = "/items"
    sections: str = "/sections"
    tags: str = "/tags"
    search: str = "/search"
    docs: str = "/docs"
    openapi: str = "/openapi.json"


class FrontDocument(BaseModel):
    """What is here."""

    publication: PublicationDocument
    links: FrontLinks


class PublishedBetween(ListQuery):
    """Lists in the order of publication, and the days that bound them."""

    tag: list[TagLabel] = Field(
        default_factory=list,
        max_length=MOST_TAGS,
        description="a tag's slug, name or alias; `a,b` is any of them, the parameter again is all of them",
    )
    from_: Day | None = Field(None, alias="from", description="first day of publication, in UTC")
    to: Day | None = Field(None, description="last day of publication, in UTC, included")
    order: Order = Field("-published_at", description="newest first, or oldest first")

    @field_validator("to")
    @classmethod
    def not_before_from(cls, to: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if to is not None and first is not None and first > to:
            raise ValueError(f"it must not be before from ({first}); both days are included")
        return to


class IssuesQuery(PublishedBetween):
    slug: str | None = Field(None, description="the issue with this slug")
    full: Flag = Field(False, description="whole documents instead of summaries, at most 25 a page")


class ItemsOfIssueQuery(PublishedBetween):
    domain: str | None = Field(None, description="the host that `url` leads to, without `www.`")
    sponsored: Flag | None = Field(None, description="those that somebody paid for, or those that nobody did")


class ItemsOfSectionQuery(ItemsOfIssueQuery):
    issue: IssueNumberValue | None = Field(None, description="an issue's number")


class ItemsQuery(ItemsOfSectionQuery):
    section: str | None = Field(None, description="a section's slug; sections beneath it are included")
