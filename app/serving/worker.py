"""A server process of `masthead serve`, which the supervisor starts with two inherited file descriptors: the listening
socket, and a socket for reports."""

import argparse
import asyncio
import copy
import faulthandler
import gc
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError
from uvicorn.config import LOGGING_CONFIG

from app.auth.signing_keys import SigningKeyError
from app.db import errors
from app.db.engine import InvalidDatabaseURL
from app.db.migrations import WrongVersion, require_current
from app.serving.worker_process import ALIVE, END, FAILED, GRACE, READY, REFUSED
from app.settings import sentences

LOGGING: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
LOGGING["loggers"]["masthead"] = {"handlers": ["default"], "level": "WARNING", "propagate": False}

GC_THRESHOLDS = (10_000, 20, 20)
"""A large issue is many objects without cycles. With Python's own thresholds, looking for cycles in them takes a third
of the time of writing it."""

log = logging.getLogger("masthead")


def run() -> NoReturn:
    """Serve until told to stop, by a signal or by the end of the supervisor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("listening", type=int)
    parser.add_argument("reports", type=int)
    parser.add_argument("--access-log", action="store_true")
    given = parser.parse_args()
    # The supervisor asks for the stacks of all threads before it kills a process that does not end.
    faulthandler.register(signal.SIGUSR1)
    listening, reports = socket.socket(fileno=given.listening), Reports(socket.socket(fileno=given.reports))
    for each in (listening, reports.socket):
        each.set_inheritable(False)  # or whatever this process starts would keep the port
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        http="app.web.http_protocol:BoundedHttp",
        log_config=LOGGING,
        log_level="info" if given.access_log else "warning",
        access_log=given.access_log,
        # Trusted proxies are a setting of Masthead: see web.client_address.
        proxy_headers=False,
    )
    try:
        config.load()
        require_current(config.loaded_app.state.database)
        _Server(config, reports).run([listening])
    except (InvalidDatabaseURL, WrongVersion, SigningKeyError) as error:
        reports.fail(REFUSED, str(error))
    except ValidationError as error:
        reports.fail(REFUSED, " ".join(sentences(error)))
    except DatabaseError as error:
        reports.fail(FAILED, errors.sentence(error))
    except OSError as error:
        reports.fail(FAILED, f"A server process failed: {error}.")
    _exit()


class Reports:
    """Tells the supervisor how this process is doing."""

    def __init__(self, to: socket.socket) -> None:
        self.socket = to
        to.setblocking(False)

    def send(self, report: str) -> None:
        with suppress(OSError):  # the supervisor has ended, or does not listen at the moment
            self.socket.send(f"{report}\n".encode())

    def fail(self, kind: str, reason: str) -> NoReturn:
        self.send(f"{kind} {' '.join(reason.split())}")
        sys.exit(1)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, reports: Reports) -> None:
        super().__init__(config)
        self._reports = reports
        self._lacks_descriptors = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # A reader needs the interpreter several times. With Python's 5 ms it would wait as long each time for every
        # writer that computes something.
        sys.setswitchinterval(0.001)
        await super().startup(sockets)
        if self.started:
            # What exists now stays until the end: the garbage collector need not look at it again and again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*GC_THRESHOLDS)
            asyncio.get_running_loop().add_reader(self._reports.socket, self._supervisor_has_ended)
            self._reports.send(READY)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:  # about every second
            self._reports.send(ALIVE)
            self._warn_without_descriptors()
        return await super().on_tick(counter)

    def _warn_without_descriptors(self) -> None:
        # The event loop then closes new connections without a word.
        try:
            os.close(os.dup(self._reports.socket.fileno()))
        except OSError as error:
            if not self._lacks_descriptors:
                log.error(
                    "no file descriptor for new connections, which are closed: %s; raise the limit (`ulimit -n`)",
                    error.strerror,
                )
            self._lacks_descriptors = True
        else:
            self._lacks_descriptors = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._end_in_time()

    def _supervisor_has_ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._reports.socket)
        log.error("the process that supervises this server has ended; stopping")
        self.should_exit = True
        self._end_in_time()

    def _end_in_time(self) -> None:
        # The default action of SIGALRM ends the process, whatever its threads do. The supervisor usually comes first.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(END)

    async def _wait_tasks_to_complete(self) -> None:
        try:
            async with asyncio.timeout(GRACE):
                await super()._wait_tasks_to_complete()
        except TimeoutError:
            self._cut_off()

    def _cut_off(self) -> None:
        """Close all connections without an answer: whether their requests were carried out is not known."""
        logging.getLogger("uvicorn.error").disabled = True  # requests that find their connection closed fail
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and not cycle.response_complete:
                scope = cycle.scope
                log.warning("cut off after %d seconds: %s %s", GRACE, scope["method"], scope["path"])
            elif cycle is not None:
                log.warning("cut off after %d seconds: a client that did not read its response", GRACE)
            connection.transport.abort()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # The event loop and the interpreter would wait for all threads.
        _exit()


def _exit() -> NoReturn:
    """End the process without waiting for threads that are still running."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
