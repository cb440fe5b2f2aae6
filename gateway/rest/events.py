"""News on their way to a browser: server-sent events, named as in the streams of gRPC."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from gateway.rest.errors import internal, problem
from gateway.rest.messages import dumped
from servicekit.errors import ServiceError
from vts.gateway.v1 import gateway_service_pb2 as pb

_log = logging.getLogger(__name__)

EVENT_STREAM = "text/event-stream"
"""The content type of server-sent events."""

News = pb.RecommendStreamResponse | pb.BuildGroupsResponse
"""A message of a stream; its `news` says which kind."""


def are_wanted(request: Request) -> bool:
    """Whether a caller asks for events rather than for the answer alone."""
    return EVENT_STREAM in request.headers.get("accept", "")


async def event_response(work: AsyncGenerator[News, None]) -> StreamingResponse:
    """The response that sends news as they come.

    The first is awaited, so that a request that is not valid still gets a status of its own.

    Raises:
        ServiceError: There is no first piece of news.
    """
    first = await anext(work)
    return StreamingResponse(
        _lines(first, work), media_type=EVENT_STREAM, headers={"x-accel-buffering": "no"}
    )


def named_once(news: News) -> tuple[str, str]:
    """One piece of news as its name and JSON on one line."""
    name = news.WhichOneof("news") or "progress"
    return name, dumped(getattr(news, name))


async def named(work: AsyncIterator[News]) -> AsyncIterator[tuple[str, str]]:
    """News as names and JSON, each on one line; a failure comes last, as `error`."""
    try:
        async for news in work:
            yield named_once(news)
    except ServiceError as error:
        yield "error", json.dumps(problem(error), ensure_ascii=False)
    except Exception:  # noqa: BLE001  # logged; whoever listens has had a status long ago
        _log.exception("unexpected failure in a stream of events")
        yield "error", json.dumps(problem(internal()))


async def _lines(first: News, rest: AsyncGenerator[News, None]) -> AsyncIterator[bytes]:
    async def all_news() -> AsyncIterator[News]:
        yield first
        async for news in rest:
            yield news

    async for name, data in named(all_news()):
        yield f"event: {name}\ndata: {data}\n\n".encode()
