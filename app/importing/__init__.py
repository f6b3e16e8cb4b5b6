"""Bringing in what was read: which issue it is, what becomes of it, and what is told of that."""
