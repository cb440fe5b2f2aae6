"""A service for tests of the whole process: its standard input says when it is warm and when
its one slow call may end. Run with `python gated_service.py`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc

from servicekit.serving import Service, run
from servicekit.settings import ServiceSettings, load

_log = logging.getLogger("gated")


class Gates:
    def __init__(self) -> None:
        self.opened = {name: asyncio.Event() for name in ("warm", "release")}
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            self.opened[line.decode().strip()].set()


async def build() -> Service:
    gates = Gates()

    async def hold(_request: bytes, _context: Any) -> AsyncIterator[bytes]:
        yield b"held"
        await gates.opened["release"].wait()
        yield b"released"

    async def warm_up() -> None:
        if "cold" in settings.host_note:
            raise RuntimeError("the model is broken")
        await gates.opened["warm"].wait()

    async def drain() -> None:
        _log.info("drain began")

    async def close() -> None:
        gates.reading.cancel()
        _log.info("backend closed")

    handlers = {"Hold": grpc.unary_stream_rpc_method_handler(hold)}
    generic = grpc.method_handlers_generic_handler("test.Gated", handlers)
    return Service(
        name="test.Gated",
        register=lambda server: server.add_generic_rpc_handlers((generic,)),
        warm_up=warm_up,
        close=close,
        drain=drain,
    )


class GatedSettings(ServiceSettings):
    host_note: str = ""


if __name__ == "__main__":
    settings = load(GatedSettings)
    raise SystemExit(run(settings, build))
