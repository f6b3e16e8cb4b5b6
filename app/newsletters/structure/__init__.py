"""What a newsletter's blocks mean: its title, number and date, its sections, items and texts. It knows no format."""

from app.newsletters.structure.issue import read
from app.newsletters.structure.series import Series

__all__ = ["Series", "read"]
