"""What is asked of an import, and what came of each issue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.newsletters.document import Note

Status = Literal["created", "updated", "unchanged", "skipped", "refused", "failed"]
"""`skipped`: it is not meant to come in. `refused`: it would undo what somebody has done, or is not the caller's to do.
`failed`: it cannot come in as it is."""


@dataclass(frozen=True)
class Wishes:
    publish: bool = False
    overwrite: bool = False
    """Also what somebody has edited since, or has written by other means."""
    since: date | None = None
    """Issues of this day or later alone, so none without a date."""
    limit: int | None = None
    day: date | None = None
    """The date of issues that have none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Tags for labels that the publication does not know."""
    way_to_overwrite: str = "--overwrite"
    way_to_date: str = "--date"
    """What whoever called types, as reasons name it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one issue, or, in a rehearsal, what would."""

    name: str
    """Its title; of what could not be read, what people know the source by."""
    status: Status
    number: int | None = None
    """None where it would take the next one, and of what could not be read."""
    reason: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    """As `POST /issues` takes it; empty for what could not be read."""
    confidence: float = 1.0
    notes: Sequence[Note] = ()

    @property
    def came_in(self) -> bool:
        return self.status in ("created", "updated", "unchanged")
