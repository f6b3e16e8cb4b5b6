"""All models, and the tables of a database that belong to them."""

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
    """Whether Alembic compares it. The search index, which is a different table on each database, has no model."""
    return not (kind == "table" and (name or "").startswith("search_index"))
