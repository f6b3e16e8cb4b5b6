"""A reader for each format: bytes in, blocks out. What the blocks mean is for `structure` to say."""
