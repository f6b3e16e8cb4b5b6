"""What a newsletter's blocks mean: its title, number and date, its sections, items and texts. It knows no format."""

from app.transfer.reading.newsletter import read
from app.transfer.reading.series import Series

__all__ = ["Series", "read"]
