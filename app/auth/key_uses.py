"""When API keys were last used: noted in memory, and written from time to time.

A request does not wait for the write lock because of it.
"""

import threading
from datetime import datetime

from app.auth import api_keys
from app.auth.models import ApiKey
from app.db.base import now
from app.db.engine import Database
from app.db.errors import UNAVAILABLE

INTERVAL = 10.0
"""Seconds between writes."""

_PATIENCE = 0.5
"""Seconds that a write waits for other writers, before it is left to the next time."""


class KeyUses:
    """The uses that are not written yet: the last one of each key, so there are no more than keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[int, datetime] = {}

    def note(self, key: ApiKey) -> None:
        """Remember that a key is used now."""
        if api_keys.should_record_use(key):
            with self._lock:
                self._uses[key.id] = now()

    def write(self, database: Database) -> None:
        with self._lock:
            uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            with database.writing(patience=_PATIENCE) as session:
                api_keys.record_uses(session, uses)
        except BaseException as error:
            with self._lock:
                self._uses = {**uses, **self._uses}
            if not isinstance(error, UNAVAILABLE):
                raise
