"""Masthead: a headless content API for curated newsletters."""
