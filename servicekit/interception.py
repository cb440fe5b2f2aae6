"""One way to run code around every kind of call: unary or streaming, in or out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from grpc import HandlerCallDetails

from servicekit.calls import Metadata

# Strings, because these classes take parameters in their stubs only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Continuation: TypeAlias = Callable[[HandlerCallDetails], Awaitable["Handler | None"]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way to a servicer; `method` reads `/package.Service/Method`."""

    method: str
    metadata: Metadata
    context: Context


class CallInterceptor(grpc.aio.ServerInterceptor, ABC):  # type: ignore[type-arg]
    """An interceptor that is an async context manager around the servicer's work.

    Methods nobody registered reach the outermost layer as `None` and stay that way.
    """

    @abstractmethod
    def around(self, call: Call) -> AbstractAsyncContextManager[None]:
        """Returns what to enter before the servicer runs and to leave after its last message."""

    def applies_to(self, method: str) -> bool:  # noqa: ARG002
        """Tells whether calls to `method` pass through `around`; all do unless overridden."""
        return True

    async def intercept_service(  # type: ignore[override]  # the stub forgets None
        self, continuation: Continuation, details: HandlerCallDetails
    ) -> Handler | None:
        """Wraps the handler that the next layer returns."""
        handler = await continuation(details)
        if handler is None or not self.applies_to(details.method):
            return handler
        return surrounded(handler, details, self.around)


def surrounded(
    handler: Handler,
    details: HandlerCallDetails,
    around: Callable[[Call], AbstractAsyncContextManager[None]],
) -> Handler:
    """Returns `handler` with `around` entered for the whole of each call."""
    behaviour = behaviour_of(handler)

    async def answer(request: Any, context: Context) -> Any:
        async with around(Call(details.method, details.invocation_metadata, context)):
            return await behaviour(request, context)

    async def stream(request: Any, context: Context) -> None:
        async with around(Call(details.method, details.invocation_metadata, context)):
            await _forward(behaviour(request, context), context)

    run = stream if handler.response_streaming else answer
    return rebuilt(handler, run)


def refused(refuse: Callable[[Context], Awaitable[None]]) -> Handler:
    """Returns a handler that aborts through `refuse` before the request's body is read."""

    async def stream(_requests: Any, context: Context) -> None:
        await refuse(context)

    return grpc.stream_stream_rpc_method_handler(stream)


async def _forward(responses: Any, context: Context) -> None:
    """Sends a generator's messages, or waits for a coroutine that sends its own."""
    if not hasattr(responses, "__aiter__"):
        await responses
        return
    async with aclosing(responses):
        async for response in responses:
            await context.write(response)


def behaviour_of(handler: Handler) -> Callable[[Any, Context], Any]:
    """Returns what answers the calls of a handler, of whichever kind it is."""
    kinds: tuple[Any, ...] = (
        handler.unary_unary,
        handler.unary_stream,
        handler.stream_unary,
        handler.stream_stream,
    )
    behaviour: Callable[[Any, Context], Any] = next(kind for kind in kinds if kind)
    return behaviour


def rebuilt(
    handler: Handler,
    run: Callable[[Any, Context], Any],
    *,
    parse: Callable[[bytes], Any] | None = None,
) -> Handler:
    """Returns a handler of the same kind that answers with `run` and, if given, parses with it."""
    build: Any = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[handler.request_streaming, handler.response_streaming]
    made: Handler = build(run, parse or handler.request_deserializer, handler.response_serializer)
    return made
