"""The domain: issues, sections, items and tags, and how they are compiled into documents."""
