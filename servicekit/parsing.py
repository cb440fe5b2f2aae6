"""Requests whose bytes are no message, refused as any other request that is not valid.

gRPC itself would answer `UNKNOWN`, with the text of an exception of the protobuf library.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
from grpc import HandlerCallDetails

from servicekit.errors import ServiceError, invalid
from servicekit.interception import Context, Continuation, Handler, behaviour_of, rebuilt


class ParsingInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Raises `ServiceError` in place of a request that cannot be parsed.

    It stands inside the errors interceptor, and right around the servicer.
    """

    async def intercept_service(  # type: ignore[override]  # the stub forgets None
        self, continuation: Continuation, details: HandlerCallDetails
    ) -> Handler | None:
        """Wraps what parses and what answers."""
        handler = await continuation(details)
        parse = handler.request_deserializer if handler is not None else None
        if handler is None or parse is None:
            return handler
        return _wrapped(handler, parse)


def _wrapped(handler: Handler, parse: Callable[[bytes], Any]) -> Handler:
    behaviour = behaviour_of(handler)

    def run(request: Any, context: Context) -> Any:
        return behaviour(_valid(request), context)

    def run_stream(requests: AsyncIterator[Any], context: Context) -> Any:
        return behaviour(_all_valid(requests), context)

    return rebuilt(
        handler,
        run_stream if handler.request_streaming else run,
        parse=_lenient(parse),
    )


def _lenient(parse: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """The same, but what cannot be parsed becomes the error to raise once someone can."""

    def parsed(data: bytes) -> Any:
        try:
            return parse(data)
        except Exception:  # noqa: BLE001  # whatever the library calls it, the bytes are to blame
            return invalid("request", "is not a valid message of the kind this method takes")

    return parsed


def _valid(request: Any) -> Any:
    if isinstance(request, ServiceError):
        raise request
    return request


async def _all_valid(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _valid(request)
