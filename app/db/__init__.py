"""The database layer: engines, sessions, column types, the content clock, migrations."""
