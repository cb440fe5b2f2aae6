"""Deadlines: every call has one, and work past it is cancelled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from servicekit import calls
from servicekit.errors import ServiceError, abort
from servicekit.interception import Call, CallInterceptor
from vts.errors.v1.error_reason_pb2 import ErrorReason


class DeadlineInterceptor(CallInterceptor):
    """Cancels a call at its caller's deadline, or after `default_seconds` if it named none.

    While the servicer runs, `calls.deadline` holds the moment, so calls made onwards inherit it.
    """

    def __init__(self, default_seconds: float) -> None:
        self._default_seconds = default_seconds

    def applies_to(self, method: str) -> bool:
        """Leaves health watches and reflection open as long as their callers like."""
        return not calls.is_infrastructure(method)

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Bounds one call."""
        remaining: float | None = call.context.time_remaining()
        seconds = self._default_seconds if remaining is None else remaining
        calls.deadline.set(time.monotonic() + seconds)
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            await abort(call.context, _expired(seconds))


def _expired(seconds: float) -> ServiceError:
    return ServiceError(
        grpc.StatusCode.DEADLINE_EXCEEDED,
        ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
        f"no answer within {seconds:.3g} s",
        metadata={"seconds": f"{seconds:.3f}"},
    )
