"""Links: when two addresses are of one page."""
