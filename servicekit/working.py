"""Working: single tasks off the event loop, with the same admission rules as batches."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from servicekit import metrics
from servicekit.errors import queue_full, unavailable

P = ParamSpec("P")
R = TypeVar("R")


class Worker:
    """Runs blocking functions on its own threads.

    A task whose caller left is dropped if it has not begun; one that has begun keeps its thread
    until it returns.

    Args:
        name: Names the queue in metrics and errors.
        max_queue: Most tasks waiting; more are refused with `QUEUE_FULL` and `RetryInfo`.
        threads: Tasks that run at a time.
    """

    def __init__(self, name: str, max_queue: int, threads: int = 1) -> None:
        self._name = name
        self._places = threading.BoundedSemaphore(max_queue + threads)
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._closed = False

    async def run(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Returns what `fn` returns; it sees the caller's context variables.

        Raises:
            ServiceError: The queue is full (`QUEUE_FULL`) or the worker is closed.
        """
        if self._closed:
            raise unavailable(self._name, f"{self._name} is shutting down")
        if not self._places.acquire(blocking=False):
            metrics.QUEUE_REFUSED.labels(self._name).inc()
            raise queue_full(self._name)
        metrics.QUEUE_LENGTH.labels(self._name).inc()
        context = contextvars.copy_context()
        task = self._executor.submit(context.run, self._begin, fn, args, kwargs)
        task.add_done_callback(self._leave)
        return await asyncio.wrap_future(task)

    async def close(self) -> None:
        """Refuses new tasks, finishes those already taken, and ends the threads."""
        self._closed = True
        await asyncio.to_thread(self._executor.shutdown)

    def _begin(self, fn: Callable[..., R], args: Any, kwargs: Any) -> R:
        metrics.QUEUE_LENGTH.labels(self._name).dec()
        return timed(self._name, fn, *args, **kwargs)

    def _leave(self, task: Future[Any]) -> None:
        if task.cancelled():
            metrics.QUEUE_LENGTH.labels(self._name).dec()
            metrics.QUEUE_DROPPED.labels(self._name).inc()
        self._places.release()


def timed(queue: str, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Returns what `fn` returns and records how long it took under `queue`."""
    with metrics.COMPUTE_SECONDS.labels(queue).time():
        try:
            return fn(*args, **kwargs)
        except StopIteration as error:
            # A future cannot carry it: whoever waits would wait for ever.
            raise RuntimeError(f"{queue}: StopIteration") from error
