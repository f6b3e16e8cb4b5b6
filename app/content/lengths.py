"""How long the parts of an issue may be, in characters, whoever writes them."""

LONGEST_TITLE = 500
LONGEST_TEXT = 100_000
