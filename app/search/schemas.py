"""What a search takes and answers."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.archive.schemas import MOST_TAGS, TagLabel
from app.content.document import ListedIssue, ListedItem
from app.validation import IssueNumberValue


class SearchFilters(BaseModel):
    """What is searched for."""

    q: str = Field(description="words, all of which must be found; any text will do", examples=["world models"])
    tag: list[TagLabel] = Field(
        default_factory=list,
        max_length=MOST_TAGS,
        description="a tag's slug, name or alias; `a,b` is any of them, the parameter again is all of them",
    )
    issue: IssueNumberValue | None = Field(None, description="an issue's number")


class Highlights(BaseModel):
    """HTML with the found words in `<mark>`; all else in it is escaped text."""

    title: str
    body: str = Field(description="a piece of the body about the first found word")


class IssueHit(ListedIssue):
    type: Literal["issue"]
    score: float
    highlights: Highlights


class ItemHit(ListedItem):
    type: Literal["item"]
    score: float
    highlights: Highlights


Hit = Annotated[IssueHit | ItemHit, Field(discriminator="type")]
