"""The filters of the public lists."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from app.validation import Day, Flag, IssueNumberValue

Order = Literal["-published_at", "published_at"]
TagLabel = Annotated[str, Field(min_length=1, max_length=500)]
MOST_TAGS = 20
"""The maximum number of tags in a filter: each adds a condition to the query plan."""


class PublicationFilters(BaseModel):
    """Filters of lists in the order of publication."""

    tag: list[TagLabel] = Field(
        default_factory=list,
        max_length=MOST_TAGS,
        description="the slug, name or alias of a tag; `tag=a,b` matches any of them, `tag=a&tag=b` all of them",
    )
    from_: Day | None = Field(None, alias="from", description="the first day of publication, in UTC")
    to: Day | None = Field(None, description="the last day of publication, in UTC, included")
    order: Order = Field("-published_at", description="`-published_at`: newest first; `published_at`: oldest first")

    @field_validator("to")
    @classmethod
    def not_before_from(cls, to: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if to is not None and first is not None and first > to:
            raise ValueError(f"it must not be before from ({first}); both days are included")
        return to


class IssueFilters(PublicationFilters):
    slug: str | None = Field(None, description="only the issue with this slug")
    full: Flag = Field(
        False, description="return complete documents instead of summaries, at most 25 and 8 MB per page"
    )


class ItemsOfIssueFilters(PublicationFilters):
    domain: str | None = Field(None, description="the host of `url`, without `www.`")
    sponsored: Flag | None = Field(None, description="only sponsored items, or only items that are not sponsored")


class ItemsOfSectionFilters(ItemsOfIssueFilters):
    issue: IssueNumberValue | None = Field(None, description="the number of an issue")


class ItemFilters(ItemsOfSectionFilters):
    section: str | None = Field(None, description="the slug of a section; includes its subsections")
