"""All tables that the models describe, and which tables of a database are theirs."""

from typing import Any

import app.archive.models
import app.auth.models
import app.content.models
import app.db.clock
import app.importing.models
import app.search.models
import app.web.models  # noqa: F401
from app.db.base import Base

metadata = Base.metadata


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Whether Alembic compares it. The index of search terms, another table on each database, is no model."""
    return not (kind == "table" and (name or "").startswith("search_index"))
