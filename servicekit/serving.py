"""Serving: the life of one process, from reading the settings to a clean end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import uvloop
from prometheus_client import disable_created_metrics

from servicekit import logs
from servicekit.auth import TokenFileError
from servicekit.listening import Listener
from servicekit.racing import finished_before
from servicekit.settings import ServiceSettings, read_arguments

_log = logging.getLogger(__name__)


async def nothing() -> None:
    """Does nothing, for services with nothing to warm up, drain or close."""


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service different from another.

    Attributes:
        name: The full name of its gRPC service, such as `vts.mood.v1.MoodService`.
        register: Adds its servicer to the server.
        warm_up: Returns once the backend has answered; the service is NOT_SERVING until then.
        close: Releases the backend; called once, after the last call ended.
        drain: Called when the service has become NOT_SERVING, before its port closes.
    """

    name: str
    register: Callable[[grpc.aio.Server], None]
    warm_up: Callable[[], Awaitable[None]] = nothing
    close: Callable[[], Awaitable[None]] = nothing
    drain: Callable[[], Awaitable[None]] = nothing


def run(settings: ServiceSettings, build: Callable[[], Awaitable[Service]]) -> int:
    """Serves until SIGTERM or SIGINT; a second signal skips the waiting.

    The service reports NOT_SERVING, waits `drain_seconds`, stops taking calls, gives those in
    flight `grace_seconds`, and closes the backend.

    Returns:
        The exit status: 0 after a signal, 1 if the service could not start.
    """
    read_arguments(type(settings))
    logs.configure(settings.log_level, settings.log_format)
    disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double the series and nobody plots them
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_serve(settings, build))
        except (OSError, TokenFileError) as error:
            _log.error("cannot start: %s", error)
            return 1
        except Exception:  # noqa: BLE001  # logged; the exit status tells the rest
            _log.exception("cannot go on")
            return 1
    return 0


@asynccontextmanager
async def serving(settings: ServiceSettings, service: Service) -> AsyncIterator[Listener]:
    """Serves `service` inside the block, warm and ready, for tests and for embedding.

    Leaving the block stops the server with the settings' grace and closes the service.
    """
    listener = Listener(settings, service.name, service.register)
    try:
        await listener.open()
        await service.warm_up()
        await listener.set_ready(True)
        yield listener
    finally:
        await listener.stop(settings.grace_seconds)
        await service.close()
        await listener.close()


class _Signals:
    """The signals received: the first asks for a clean end, the second for a quick one."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.hurry = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._receive)

    def _receive(self) -> None:
        (self.hurry if self.stop.is_set() else self.stop).set()


async def _serve(settings: ServiceSettings, build: Callable[[], Awaitable[Service]]) -> None:
    signals = _Signals()
    service = await build()
    listener = Listener(settings, service.name, service.register)
    try:
        await listener.open()
        facts = {"service": service.name, "host": settings.host, "port": listener.port}
        facts |= {"metrics_port": listener.metrics_port}
        _log.info("listening", extra=facts)
        if await finished_before(signals.stop, service.warm_up()):
            await listener.set_ready(True)
            _log.info("ready", extra={"service": service.name})
            await signals.stop.wait()
        _log.info("draining", extra={"seconds": settings.drain_seconds})
        await listener.set_ready(False)
        await service.drain()
        await finished_before(signals.hurry, asyncio.sleep(settings.drain_seconds))
        if not await finished_before(signals.hurry, listener.stop(settings.grace_seconds)):
            await listener.stop(0)
    finally:
        await listener.stop(0)
        await service.close()
        await listener.close()
    _log.info("stopped")
