"""Full-text search of published issues and items. The gate updates the index."""
