"""Admission: a bounded number of calls in flight, and a polite refusal beyond it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from servicekit import calls
from servicekit.errors import abort, queue_full
from servicekit.interception import Call, CallInterceptor

_RETRY_AFTER_SECONDS = 1.0


class AdmissionInterceptor(CallInterceptor):
    """Refuses calls beyond `max_concurrent_calls` with `RESOURCE_EXHAUSTED` and `RetryInfo`."""

    def __init__(self, max_concurrent_calls: int) -> None:
        self._limit = max_concurrent_calls
        self._active = 0

    def applies_to(self, method: str) -> bool:
        """Lets probes through: a busy process is not a broken one."""
        return not calls.is_infrastructure(method)

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Holds one place for one call."""
        if self._active >= self._limit:
            await abort(call.context, queue_full("calls", _RETRY_AFTER_SECONDS))
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1
