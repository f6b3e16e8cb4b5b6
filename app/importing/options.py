"""The options of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Options:
    publish: bool = False
    """Publish what is imported. Issues without a date, and drafts in their source, stay drafts."""
    overwrite: bool = False
    """Also replace issues that were edited since they were imported, or were not imported."""
    since: date | None = None
    """Import only issues of this day or later, and so none without a date."""
    limit: int | None = None
    """Import at most this many issues."""
    default_date: date | None = None
    """The date of issues that have none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Tags for section titles that the vocabulary does not know."""
    overwrite_option: str = "--overwrite"
    date_option: str = "--date"
    """What the caller writes for `overwrite` and `default_date`, for messages."""
