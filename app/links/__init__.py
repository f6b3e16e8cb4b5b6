"""Links: whether two URLs are of the same page."""
