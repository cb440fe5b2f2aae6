"""Admission: a bounded number of calls in flight, and a polite refusal beyond it."""

from __future__ import annotations

import asyncio

from servicekit.errors import ServiceError, queue_full
from servicekit.gates import Gate, HandlerCallDetails

_RETRY_AFTER_SECONDS = 1.0


class AdmissionInterceptor(Gate):
    """Refuses calls beyond `max_concurrent_calls` with `RESOURCE_EXHAUSTED` and `RetryInfo`.

    A call counts from before its request is read, so at most `max_concurrent_calls` messages are
    held in memory. Probes always pass: a busy process is not a broken one.
    """

    def __init__(self, max_concurrent_calls: int) -> None:
        self._limit = max_concurrent_calls
        self._active = 0

    def refusal(self, details: HandlerCallDetails) -> ServiceError | None:  # noqa: ARG002
        """Takes a place for the call, or says that there is none."""
        task = asyncio.current_task()
        if self._active >= self._limit or task is None:
            return queue_full("calls", _RETRY_AFTER_SECONDS)
        self._active += 1
        # gRPC runs each call, from interceptors to last message, as one task.
        task.add_done_callback(self._leave)
        return None

    def _leave(self, _task: asyncio.Task[object]) -> None:
        self._active -= 1
