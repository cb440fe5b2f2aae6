"""`POST /v1/recommendations`: a playlist, or its making as server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.arriving import in_time
from gateway.orchestrating import Orchestrator
from gateway.perceived import Given
from gateway.receiving import close_all
from gateway.rest.errors import internal, problem
from gateway.rest.forms import RequestReader
from gateway.rest.messages import dumped, message_response
from servicekit import calls
from servicekit.errors import ServiceError
from vts.gateway.v1 import gateway_service_pb2 as pb

_log = logging.getLogger(__name__)

EVENT_STREAM = "text/event-stream"
"""The content type of server-sent events."""

R = TypeVar("R")


class Recommendations:
    """The endpoint; it holds its place among the requests until its last byte is sent."""

    def __init__(self, orchestrator: Orchestrator, reader: RequestReader) -> None:
        self._orchestrator = orchestrator
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        with self._orchestrator.place():
            inputs, options = await in_time(self._reader.read(request), calls.remaining_seconds())
            try:
                if EVENT_STREAM in request.headers.get("accept", ""):
                    await self._stream(inputs, options, scope, receive, send)
                    return
                work = self._orchestrator.playlist(inputs, options)
                playlist = await _unless_gone(request, work)
                if playlist is not None:
                    response = message_response(pb.RecommendResponse(playlist=playlist))
                    await response(scope, receive, send)
            finally:
                close_all(inputs)

    async def _stream(
        self,
        inputs: Sequence[Given],
        options: pb.Options,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Sends events; a request that is not valid as such still gets a status of its own."""
        async with aclosing(self._orchestrator.recommend(inputs, options)) as work:
            first = await anext(work)
            response = StreamingResponse(
                _events(first, work),
                media_type=EVENT_STREAM,
                headers={"x-accel-buffering": "no"},
            )
            await response(scope, receive, send)


async def _events(
    first: pb.RecommendStreamResponse,
    rest: AsyncGenerator[pb.RecommendStreamResponse, None],
) -> AsyncIterator[bytes]:
    """The news as events named as in `RecommendStreamResponse`; a failure as `error`."""
    yield _event_of(first)
    try:
        async for news in rest:
            yield _event_of(news)
    except ServiceError as error:
        yield _event("error", json.dumps(problem(error), ensure_ascii=False))
    except Exception:  # noqa: BLE001  # logged; the status line is long gone
        _log.exception("unexpected failure in an event stream")
        yield _event("error", json.dumps(problem(internal())))


def _event_of(news: pb.RecommendStreamResponse) -> bytes:
    name = news.WhichOneof("news") or "progress"
    return _event(name, dumped(getattr(news, name)))


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


async def _unless_gone(request: Request, work: Coroutine[Any, Any, R]) -> R | None:
    """What the work brings, or None if the client hangs up first, which ends the work."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.wait({working, watching})


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
