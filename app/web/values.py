"""Values in paths, read strictly."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from app.db.base import LARGEST_INTEGER
from app.validation import LARGEST_NUMBER, IssueNumberValue, StrictInteger

IssueNumber = Annotated[IssueNumberValue, Path(description="an issue's number", examples=[75])]
ItemId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER), StrictInteger, Path(description="an item's id")]
SectionId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER), StrictInteger, Path(description="a section's id")]
Version = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), StrictInteger, Path(description="a version", examples=[4])]
SlugPath = Annotated[str, Path(min_length=1, max_length=200, description="a slug", examples=["research"])]
