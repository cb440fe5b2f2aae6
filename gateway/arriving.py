"""What is still on its way from a caller, waited for no longer than it may take.

A caller that begins a request and then falls silent would keep its place among the requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

import grpc

from servicekit import calls
from servicekit.errors import ServiceError
from vts.errors.v1.error_reason_pb2 import ErrorReason

R = TypeVar("R")


def patience(idle_seconds: float) -> float:
    """How long the next piece may be waited for: no longer than the request has left."""
    left = calls.remaining_seconds()
    return idle_seconds if left is None else min(idle_seconds, left)


async def in_time(arriving: Awaitable[R], seconds: float | None) -> R:
    """What a request brings, if it arrives in time.

    Raises:
        ServiceError: `DEADLINE_EXCEEDED`.
    """
    try:
        async with asyncio.timeout(seconds):
            return await arriving
    except TimeoutError:
        raise ServiceError(
            grpc.StatusCode.DEADLINE_EXCEEDED,
            ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
            "the upload took too long",
        ) from None


async def each_in_time(
    pieces: AsyncIterator[R], seconds: Callable[[], float | None]
) -> AsyncGenerator[R, None]:
    """The pieces of a stream; `seconds` tells before each how long it may be waited for.

    Raises:
        ServiceError: `DEADLINE_EXCEEDED`.
    """
    while True:
        try:
            piece = await in_time(anext(pieces), seconds())
        except StopAsyncIteration:
            return
        yield piece
