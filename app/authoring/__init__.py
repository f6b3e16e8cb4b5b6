"""The write side: creating, changing, moving and deleting issues, sections, items and tags."""
