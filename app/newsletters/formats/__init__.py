"""A reader for each format: bytes in, blocks out. None of them knows what a newsletter is."""
