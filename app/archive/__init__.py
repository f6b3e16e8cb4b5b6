"""What the world reads: published issues as frozen documents, and the rows that lists are made of."""
