"""What lists of what is published are filtered by."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.validation import Day, Flag, IssueNumberValue

Order = Literal["-published_at", "published_at"]
TagLabel = Annotated[str, Field(min_length=1, max_length=500)]
MOST_TAGS = 20
"""In one filter: each is a condition more for the database to plan."""


class PublicationFilters(BaseModel):
    """Filters of lists in the order of publication."""

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


class IssueFilters(PublicationFilters):
    slug: str | None = Field(None, description="the issue with this slug")
    full: Flag = Field(False, description="whole documents instead of summaries, at most 25 a page")


class ItemsOfIssueFilters(PublicationFilters):
    domain: str | None = Field(None, description="the host that `url` leads to, without `www.`")
    sponsored: Flag | None = Field(None, description="those that somebody paid for, or those that nobody did")


class ItemsOfSectionFilters(ItemsOfIssueFilters):
    issue: IssueNumberValue | None = Field(None, description="an issue's number")


class ItemFilters(ItemsOfSectionFilters):
    section: str | None = Field(None, description="a section's slug; sections beneath it are included")
