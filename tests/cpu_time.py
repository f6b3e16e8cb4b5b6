"""How long work takes, whatever else the machine does."""

import time
from collections.abc import Callable


def cpu_time(work: Callable[[], object], most: float) -> float:
    """Seconds of CPU time of this thread: the least of three times when the first is more than `most`, since other
    processes can slow one down."""
    taken = measured(work)
    if taken > most:
        taken = min(taken, measured(work), measured(work))
    return taken


def measured(work: Callable[[], object]) -> float:
    """Seconds of CPU time of this thread, once."""
    start = time.thread_time()
    work()
    return time.thread_time() - start
