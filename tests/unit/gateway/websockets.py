"""A client for WebSockets, small enough to see what it sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import wsproto
from wsproto import events

PATH = "/v1/recommendations/recording"


class Refused(Exception):  # noqa: N818
    """The server did not open the connection."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


class Socket:
    """One open connection; `close_code` is known once the server has closed it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        self.close_code: int | None = None

    async def open(self, port: int, path: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Shakes hands; raises `Refused`."""
        request = events.Request(host=f"127.0.0.1:{port}", target=path, extra_headers=list(headers))
        await self._send(request)
        status, body = 0, b""
        async for event in self._events():
            if isinstance(event, events.AcceptConnection):
                return
            if isinstance(event, events.RejectConnection):
                status = event.status_code
            if isinstance(event, events.RejectData):
                body += bytes(event.data)
                if event.body_finished:
                    raise Refused(status, json.loads(body or b"{}"))
        raise Refused(status, {})

    async def say(self, message: dict[str, Any] | bytes | str) -> None:
        """Sends an object as JSON text, a text as it is, or bytes."""
        data = json.dumps(message) if isinstance(message, dict) else message
        if isinstance(data, str):
            await self._send(events.TextMessage(data=data))
        else:
            await self._send(events.BytesMessage(data=data))

    async def news(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """What the server says until it closes."""
        text = ""
        async for event in self._events():
            if isinstance(event, events.TextMessage):
                text += event.data
                if event.message_finished:
                    message = json.loads(text)
                    text = ""
                    yield message["event"], message["data"]
            elif isinstance(event, events.CloseConnection):
                self.close_code = event.code

    async def all_news(self) -> list[tuple[str, dict[str, Any]]]:
        """The same at once."""
        async with asyncio.timeout(20):
            return [each async for each in self.news()]

    async def _send(self, event: events.Event) -> None:
        self._writer.write(self._connection.send(event))
        await self._writer.drain()

    async def _events(self) -> AsyncIterator[events.Event]:
        while True:
            for event in self._connection.events():
                yield event
                if isinstance(event, events.CloseConnection):
                    return
            data = await self._reader.read(65_536)
            if not data:
                return
            self._connection.receive_data(data)


@asynccontextmanager
async def connected(
    port: int, path: str = PATH, headers: Iterable[tuple[bytes, bytes]] = ()
) -> AsyncIterator[Socket]:
    """A connection, hung up at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        socket = Socket(reader, writer)
        await socket.open(port, path, headers)
        yield socket
    finally:
        writer.close()
