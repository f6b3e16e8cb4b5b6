"""Finding issues and items by words. The gate tells it what there is; it looks for nothing itself."""
