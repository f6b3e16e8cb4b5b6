"""uvicorn's HTTP/1.1 protocol with bounds on a request's size and time, and with errors as problems.

`uvicorn.Config(http="app.web.http_protocol:BoundedHttp")`
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.problems import Problem, RequestTimeout
from app.web.body import READ_TIMEOUT
from app.web.problems import ProblemResponse, unexpected
from app.web.request_head import LARGEST, malformed, size_of_header, split_target, too_large
from app.web.security_headers import HEADERS
from app.web.unread import UnreadData

HEAD_TIMEOUT = 30.0
"""Seconds from the connection, or from the first byte of a further request, to the end of the head."""

BODY_TIMEOUT = 30.0
"""Seconds without any byte of a body that has begun. The application limits the time of a whole body."""

MOST_CHUNKS = 5_000
"""Of one body. Each costs the event loop as much as some KiB of a larger one."""
MOST_IN_VAIN = 1_048_576
"""Bytes of a body that are read after the response, to keep the connection open for further requests."""

_LINGER = 2.0
"""Seconds that a refused client may go on sending. If the connection were closed while it sends, it would get a reset
instead of the answer. RFC 9112 §9.6."""

_INVALID = (
    "This is not a valid HTTP/1.1 request, or its method is not one that HTTP defines. The connection was closed."
)


class _ReadInVain(Exception):
    """The rest of a body, whose request has been answered, is too long to be read."""


class BoundedHttp(HttpToolsProtocol):
    """One connection.

    The parser keeps what it has not reported yet: of a header or a request line that never ends it keeps everything.
    So the bytes since its last report are counted, whatever they belong to: the head, a chunk's size line or trailers.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        """Whether the next bytes belong to the head of a request."""
        self._head_size = 0
        self._unreported = 0
        """Bytes that the parser got since it last reported a complete part of a message."""
        self._chunks = self._in_vain = 0
        """Of the present body: its chunks, and the bytes that came after the response."""
        self._body_began = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: Problem | None = None
        self._lingering = False
        self._unread: UnreadData

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._unread = UnreadData(transport)
        self._timer = self.loop.call_later(HEAD_TIMEOUT, self._head_timed_out)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._unread.forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None or self._lingering:
            return
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        try:
            while rest:
                rest = self._parse(rest)
        except Exception as error:
            # What a callback raises is the context of the parser's error.
            cause = error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error
            if isinstance(cause, _ReadInVain):
                self._linger()
            else:
                self._refuse(self._problem_for(cause))
            return
        if self._unreported > LARGEST:
            self._refuse(too_large())
        elif not self._in_head and self.cycle.response_complete and self.loop.time() > self._body_began + READ_TIMEOUT:
            self._linger()
        elif not self._in_head:
            self._stop_timer()
            self._timer = self.loop.call_later(BODY_TIMEOUT, self._body_timed_out)
        elif self._unreported and self._timer is None:
            self._timer = self.loop.call_later(HEAD_TIMEOUT, self._head_timed_out)

    def shutdown(self) -> None:
        if self._lingering:
            self._close()
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._unread.forget()

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def _close(self) -> None:
        self.transport.close()
        self._unread.watch()

    # The parser's reports

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size = 0
        self._unreported = max(self._unreported, 1)  # the bytes may have come with the end of an earlier request

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(size_of_header(name, value))
        # Trailers are dropped: they must not replace or add to headers, which were already used. RFC 9110 §6.5.1.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._unreported = self._chunks = self._in_vain = 0
        self._stop_timer()
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            raise malformed(f"The server speaks HTTP/1.1 and HTTP/1.0, not {version}.")
        if b"#" in self.url:
            raise malformed("The URL of a request must not have a fragment (#). RFC 9112 §3.2.")
        if self.parser.get_method() == b"CONNECT":
            raise malformed("CONNECT is for proxies; this is not one.")
        host, self.url = split_target(self.url, self.parser.get_method())
        if host is not None:
            self.headers[:] = [(name, host if name == b"host" else value) for name, value in self.headers]
        # A request to upgrade is handled when the parser has stopped: see data_received.
        if not self.parser.should_upgrade() or self._should_upgrade():
            super().on_headers_complete()
        self._in_head = False
        self._body_began = self.loop.time()

    def on_chunk_header(self) -> None:
        self._unreported = 0
        self._chunks += 1
        if self._chunks > MOST_CHUNKS:
            raise malformed(f"The body has more than {MOST_CHUNKS:,} chunks. Send larger ones.")

    def on_body(self, body: bytes) -> None:
        self._unreported = 0
        if self.cycle.response_complete:
            self._in_vain += len(body)
            if self._in_vain > MOST_IN_VAIN:
                raise _ReadInVain
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unreported = 0
        self._stop_timer()
        if not self.parser.should_upgrade():
            super().on_message_complete()
        self._in_head = True

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._unread.watch()
        if self._unreported:  # a further request has begun, which has a time limit of its own
            self._unset_keepalive_if_required()
        if self._refusal is not None and not self.transport.is_closing():
            self._answer_refusal(self._refusal)

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > LARGEST:
            raise too_large()

    def _parse(self, data: memoryview) -> memoryview:
        """Feed the parser; return the rest, which comes after the head of a request to upgrade."""
        self._unreported += len(data)
        try:
            self.parser.feed_data(data)
            return data[len(data) :]
        except httptools.HttpParserUpgrade as upgrade:
            after_head = data[upgrade.args[0] :]
        if self._should_upgrade():
            self.handle_websocket_upgrade()
            return data[len(data) :]
        self._continue_without_upgrade()
        return after_head

    def _continue_without_upgrade(self) -> None:
        """Handle a request to upgrade to a protocol that is not spoken here as an ordinary one. RFC 9110 §7.8.

        The parser has stopped at its head, and would skip its body: another one gets the head without `Upgrade`.
        """
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/", self.parser.get_http_version().encode(), b"\r\n"]
        for name, value in self.headers:
            if name != b"upgrade":
                head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as in uvicorn
        self._in_head = True
        self.parser.feed_data(b"".join([*head, b"\r\n"]))

    # Refusing

    def _problem_for(self, error: BaseException | None) -> Problem:
        if isinstance(error, Problem):
            return error
        if error is None or isinstance(error, httptools.HttpParserError):
            return malformed(_INVALID)
        self.logger.error("An unexpected error while a request was read", exc_info=error)
        return unexpected(headers={"connection": "close"})

    def _head_timed_out(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # the client waits for responses to earlier requests
            self._timer = self.loop.call_later(HEAD_TIMEOUT, self._head_timed_out)
        elif self._unreported:
            detail = f"The headers were not complete after {HEAD_TIMEOUT:.0f} seconds. Send the request again."
            self._refuse(RequestTimeout(detail, headers={"connection": "close"}))
        else:  # nothing was sent, so nothing is answered: a browser may have connected in advance
            self._close()

    def _body_timed_out(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # the server does not read, for example while a writer waits for its turn
            self._timer = self.loop.call_later(BODY_TIMEOUT, self._body_timed_out)
        else:
            detail = f"Nothing of the body arrived for {BODY_TIMEOUT:.0f} seconds. Send the request again."
            self._refuse(RequestTimeout(detail, headers={"connection": "close"}))

    def _refuse(self, problem: Problem) -> None:
        """Read no more, and answer the present request with a problem once earlier ones have been answered."""
        self._stop_timer()
        self._refusal = problem
        self.logger.info("Refused a request: %s", problem.detail)
        self._answer_refusal(problem)

    def _answer_refusal(self, problem: Problem) -> None:
        if self.pipeline:
            return  # earlier requests are still to be answered; on_response_complete comes back
        answered = self.cycle is None or self.cycle.response_complete
        if self._in_head and answered:
            self._send_refusal(problem)
        elif not self._in_head and (answered or self.cycle.response_started):
            self._close()
        elif not self._in_head:  # the rest of the body cannot be read
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._send_refusal(problem)

    def _send_refusal(self, problem: Problem) -> None:
        response = ProblemResponse(problem)
        response.render_for({})
        lines = [STATUS_LINE[response.status_code]]
        for name, value in [*self.server_state.default_headers, *response.raw_headers, *HEADERS]:
            lines += [name, b": ", value, b"\r\n"]
        self.transport.write(b"".join([*lines, b"\r\n", bytes(response.body)]))
        self._linger()

    def _linger(self) -> None:
        """Close the connection, after some time in which what the client still sends is thrown away."""
        self._stop_timer()
        self._unset_keepalive_if_required()
        self._lingering = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._timer = self.loop.call_later(_LINGER, self._close)
        else:
            self._close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
