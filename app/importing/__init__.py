"""Importing newsletters into the database: matching, safety, resuming and reporting."""
