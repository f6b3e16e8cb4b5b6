"""The write side: what authors may do to issues, sections and items, and the rules of it."""
