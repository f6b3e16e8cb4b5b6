"""The public read side: published issues as frozen documents, and the rows of the lists."""
