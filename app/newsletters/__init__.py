"""Newsletters in other formats: reading them as they are, and importing them."""
