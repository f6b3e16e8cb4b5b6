"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds to wait for something to happen before the test fails."""


def until(
    happens: Callable[[], object], explain: Callable[[], str] = lambda: "the condition did not become true"
) -> None:
    """Return as soon as the condition is true. Raises AssertionError with an explanation after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, explain()
        time.sleep(0.01)
