"""The database as such: engines, sessions, column types, the content clock."""
