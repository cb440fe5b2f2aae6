"""A real server on loopback whose methods echo bytes, with every layer of the runtime around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
import pytest
from grpc_status import rpc_status
from prometheus_client import REGISTRY

from servicekit.serving import Service, serving
from servicekit.settings import ServiceSettings

SERVICE = "test.Echo"
Behaviours = dict[str, Any]
Serve = Callable[..., AbstractAsyncContextManager[Any]]


async def _unary(request: bytes, _context: Any) -> bytes:
    return request


async def _split(request: bytes, _context: Any) -> AsyncIterator[bytes]:
    for byte in request:
        yield bytes([byte])


async def _join(requests: AsyncIterator[bytes], _context: Any) -> bytes:
    return b"".join([request async for request in requests])


async def _each(requests: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
    async for request in requests:
        yield request


async def _written(request: bytes, context: Any) -> None:
    for byte in request:
        await context.write(bytes([byte]))


ECHO: Behaviours = {
    "Unary": grpc.unary_unary_rpc_method_handler(_unary),
    "Split": grpc.unary_stream_rpc_method_handler(_split),
    "Join": grpc.stream_unary_rpc_method_handler(_join),
    "Each": grpc.stream_stream_rpc_method_handler(_each),
    "Written": grpc.unary_stream_rpc_method_handler(_written),
}


@pytest.fixture
def serve() -> Serve:
    """Returns a context manager that serves `test.Echo` and gives a plain channel to it.

    The channel has two attributes more: `target` and `metrics_port`.

    Keyword arguments are handlers, or behaviours of unary methods, that replace or add methods;
    `settings` are settings.
    """

    @asynccontextmanager
    async def start(settings: dict[str, Any] | None = None, **unary: Any) -> AsyncIterator[Any]:
        handlers = ECHO | {
            name: behaviour
            if isinstance(behaviour, grpc.RpcMethodHandler)
            else grpc.unary_unary_rpc_method_handler(behaviour)
            for name, behaviour in unary.items()
        }
        generic = grpc.method_handlers_generic_handler(SERVICE, handlers)
        service = Service(SERVICE, lambda server: server.add_generic_rpc_handlers((generic,)))
        values = ServiceSettings(**{"grace_seconds": 0, **(settings or {})})
        async with serving(values, service) as listener:
            target = f"127.0.0.1:{listener.port}"
            async with grpc.aio.insecure_channel(target) as opened:
                channel: Any = opened
                channel.target = target
                channel.metrics_port = listener.metrics_port
                yield channel

    return start


@pytest.fixture
def status_of() -> Callable[[Any], Any]:
    """Returns a function that reads the rich status out of what `pytest.raises` caught."""
    return lambda caught: rpc_status.from_call(caught.value)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Any]:
    """Returns a coroutine function that waits for a condition, up to ten seconds."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110  # the condition has no event to wait for
                await asyncio.sleep(0.005)

    return wait


@pytest.fixture
def queued(eventually: Callable[..., Any]) -> Callable[[str, int], Any]:
    """Returns a coroutine function that waits until the queue of a name holds so many items."""

    async def wait(queue: str, length: int) -> None:
        labels = {"queue": queue}
        await eventually(lambda: REGISTRY.get_sample_value("vts_queue_length", labels) == length)

    return wait
