"""HTTP as such: problems, conditional requests, pages of lists, field selection, limits. It knows no newsletter."""
