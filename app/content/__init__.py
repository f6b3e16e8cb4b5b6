"""The domain: issues, sections, items and tags, and how they become documents."""
