"""The process that reads newsletters: what `reader` starts.

Files come from anyone, and a library that parses them may be made to work for minutes or to fill the memory. Here the
operating system stops that: this process has limits on CPU time and memory, and nothing is lost when it is killed. It
has no connection to the database and none of the server's settings, but runs as the same user, with the same rights. On
Windows, which has no such limits, the deadline in `reader` remains.
"""

import math
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue
from types import ModuleType

from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import Began, load_files, load_paths
from app.newsletters.sandbox import protocol

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None


def main(memory: int) -> None:
    """Read one job after the other from standard input, until it ends. `memory` is in bytes of address space."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends this one
    replies = protocol.Sender(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what a library prints must not get among the replies
    jobs: SimpleQueue[protocol.Job] = SimpleQueue()
    threading.Thread(target=_receive, args=(jobs,), daemon=True).start()
    _limit_memory(memory)
    while True:
        try:
            _read(jobs.get(), replies)
        except MemoryError:
            os._exit(protocol.OUT_OF_MEMORY)
        except BrokenPipeError:
            os._exit(0)


def _receive(jobs: SimpleQueue[protocol.Job]) -> None:
    """End this process as soon as the first one closes the pipe or has ended, whatever is being read."""
    receiver = protocol.Receiver(sys.stdin.buffer)
    while (message := receiver.next()) is not None:
        jobs.put(pickle.loads(message[1]))
    os._exit(0)


def _read(job: protocol.Job, replies: protocol.Sender) -> None:
    def began(position: int, name: str) -> None:
        if job.seconds_are_per_edition:
            _limit_seconds(job.seconds)
        replies.send(protocol.BEGAN, b"%d %s" % (position, name.encode("utf-8", "surrogateescape")))

    _limit_seconds(job.seconds)
    for found in _found(job, began):
        replies.send(protocol.FOUND, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        if job.seconds_are_per_edition:
            _limit_seconds(job.seconds)
    replies.send(protocol.FINISHED, b"%d" % _peak())


def _found(job: protocol.Job, began: Began) -> Iterator[IssueRead | LeftOut]:
    if job.files:
        return load_files(job.files, format=job.format, everything=job.everything, began=began)
    return load_paths(
        job.paths,
        job.standard_input,
        format=job.format,
        everything=job.everything,
        began=began,
        skip=job.skip,
        scan=job.scan,
    )


def _limit_seconds(seconds: int) -> None:
    """Let the operating system end this process (SIGXCPU) after so many more seconds of CPU time."""
    if resource is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + seconds)


def _limit_memory(size: int) -> None:
    if resource is not None:
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, size)


def _limit(kind: int, value: int) -> None:
    """Set a soft limit, within the hard one that this process may have from outside."""
    assert resource is not None
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS has no limit on address space
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _peak() -> int:
    """The most memory that this process has used, in bytes; 0 where Linux's /proc is missing."""
    # Not `ru_maxrss`, which begins with the size of the process that has started this one.
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
