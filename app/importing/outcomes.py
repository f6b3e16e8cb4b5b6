"""The result of importing one issue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.newsletters.document import Note

Status = Literal["created", "updated", "unchanged", "skipped", "refused", "failed"]
"""`skipped`: left out on purpose. `refused`: it would overwrite somebody's work, or the caller may not do it.
`failed`: it is damaged or invalid."""


@dataclass(frozen=True)
class Outcome:
    """The result for one issue, or, in a dry run, what it would be."""

    name: str
    """The issue's title; the file's or edition's name where none could be read."""
    status: Status
    number: int | None = None
    """None in a dry run for an issue that would take the next number, and for what could not be read."""
    reason: str | None = None
    """Why it was not imported, or was not published."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """The body of `POST /issues`; empty for what could not be read."""
    confidence: float = 1.0
    """That the newsletter was read correctly, from 0 to 1."""
    notes: Sequence[Note] = ()

    @property
    def is_imported(self) -> bool:
        return self.status in ("created", "updated", "unchanged")
