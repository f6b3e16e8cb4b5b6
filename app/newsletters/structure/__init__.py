"""What the blocks of a newsletter mean: its title, number and date, its sections, items and texts, in any format."""

from app.newsletters.structure.issue import interpret
from app.newsletters.structure.series import Series

__all__ = ["Series", "interpret"]
