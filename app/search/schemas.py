"""The filters and results of the search."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.archive.schemas import MOST_TAGS, TagLabel
from app.content.document import ListedIssue, ListedItem
from app.validation import IssueNumberValue


class SearchFilters(BaseModel):
    """The query and filters of a search."""

    q: str = Field(
        description="words that a result must all contain; there is no query syntax", examples=["world models"]
    )
    tag: list[TagLabel] = Field(
        default_factory=list,
        max_length=MOST_TAGS,
        description="the slug, name or alias of a tag; `tag=a,b` matches any of them, `tag=a&tag=b` all of them",
    )
    issue: IssueNumberValue | None = Field(None, description="the number of an issue")


class Highlights(BaseModel):
    """HTML with the matching words in `<mark>`. All other text is escaped."""

    title: str
    body: str = Field(description="an excerpt of the body around the first matching word")


class IssueHit(ListedIssue):
    type: Literal["issue"]
    score: float
    highlights: Highlights


class ItemHit(ListedItem):
    type: Literal["item"]
    score: float
    highlights: Highlights


Hit = Annotated[IssueHit | ItemHit, Field(discriminator="type")]
