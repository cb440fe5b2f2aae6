"""Serving HTTP beside gRPC, in the same process and event loop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from gateway.rest.heads import BoundedProtocol

MAX_MESSAGE_BYTES = 1024 * 1024
"""The largest message that a WebSocket takes."""

_log = logging.getLogger(__name__)


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the process it is part of."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says so."""
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class HttpServer:
    """An HTTP server on its own port; `port` is known once it has started."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, max_connections: int, grace_seconds: float
    ) -> None:
        self.port = 0
        self._host = host
        self._wanted_port = port
        config = uvicorn.Config(
            app,
            http=BoundedProtocol,
            lifespan="off",
            ws="wsproto",
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # recordings are compressed already
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=max_connections,
            timeout_graceful_shutdown=max(1, round(grace_seconds)),
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Binds the port and serves.

        Raises:
            OSError: The port is taken.
        """
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            bound = socket.create_server((self._host, self._wanted_port), family=family)
        except OSError as error:
            place = f"{self._host}:{self._wanted_port}"
            raise OSError(f"cannot listen on {place}: is the port taken?") from error
        self.port = bound.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[bound]))
        up = asyncio.create_task(self._server.is_up.wait())
        await asyncio.wait({up, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            up.cancel()
            await self._task
        _log.info("listening for HTTP", extra={"host": self._host, "port": self.port})

    async def stop(self) -> None:
        """Takes no more requests, lets those under way finish, and closes the port."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task
            self._task = None
