"""`POST /v1/recommendations`: a playlist, or its making as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.arriving import in_time
from gateway.orchestrating import Orchestrator
from gateway.perceived import Given
from gateway.receiving import close_all
from gateway.rest.events import are_wanted, event_response
from gateway.rest.forms import RequestReader
from gateway.rest.messages import message_response
from servicekit import calls
from vts.gateway.v1 import gateway_service_pb2 as pb

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
                if are_wanted(request):
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
        async with aclosing(self._orchestrator.recommend(inputs, options)) as work:
            await (await event_response(work))(scope, receive, send)


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
