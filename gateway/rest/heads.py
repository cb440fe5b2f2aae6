"""The heads of HTTP requests, held to a size and a time; the server below knows no such limits.

Without them one endless header line fills the memory and, because each piece of it is joined to
all before, keeps the event loop busy; and connections that never finish a head take all places.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""The most that the target and the headers of a request may hold together."""

HEAD_SECONDS = 10.0
"""How long a connection may take to send a head, or to begin its first."""

_LINGER_SECONDS = 1.0  # a connection closed with bytes unread takes the answer with it
_HEADER_OVERHEAD_BYTES = 4  # colon, space and end of line


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that answers 431 to a head without end, 408 to one that does not arrive."""

    head_seconds = HEAD_SECONDS

    _awaited: asyncio.TimerHandle | None = None
    _is_refused = False
    _head_bytes = 0
    _unclaimed_bytes = 0
    """Bytes received since the last that were part of a body, or ended a head."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Waits for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        self._forget_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes, and counts those that belong to a head or a trailer still under way."""
        if self._is_refused or self.transport.is_closing():
            return
        self._unclaimed_bytes += len(data)
        super().data_received(data)
        if self._unclaimed_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_bytes = 0
        self._await_head()

    def on_url(self, url: bytes) -> None:
        """Counts the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counts a header, also one of a trailer."""
        self._count(len(name) + len(value) + _HEADER_OVERHEAD_BYTES)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._forget_head()
        self._unclaimed_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes a piece of a body, which is limited by whoever reads it."""
        self._unclaimed_bytes = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Says what is wrong with a head, unless that was said."""
        if not self._is_refused:
            super().send_400_response(msg)

    def _count(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise ValueError("the head is too large")  # ends the parsing

    def _await_head(self) -> None:
        self._forget_head()
        self._awaited = self.loop.call_later(
            self.head_seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT
        )

    def _forget_head(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers, unless an answer to an earlier request is under way, and hangs up."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        self._forget_head()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
            return
        limit = f"at most {MAX_HEAD_BYTES} bytes within {self.head_seconds:g} s"
        text = f"{status.phrase}: target and headers may have {limit}".encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%s"
            % (status, status.phrase.encode(), len(text), text)
        )
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)
