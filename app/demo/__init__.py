"""Sample issues: what a newcomer sees first."""
