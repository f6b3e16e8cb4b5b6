"""Sample issues for a new installation."""
