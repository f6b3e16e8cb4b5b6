"""The gate between the authoring side and the archive: publishing and withdrawing issues."""
