"""Batching: single items from many callers, computed together off the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from servicekit import metrics
from servicekit.errors import queue_full, unavailable
from servicekit.working import timed

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T]):
    item: T
    since: float


class Batcher(Generic[T, R]):
    """Gathers items into batches by size and time; one thread computes them, one batch at a time.

    A batch is computed as soon as it has `max_batch` items or its first item has waited
    `max_wait_seconds`. Items whose callers left are dropped before the computation, and leave
    their place to others.

    Args:
        compute: Takes 1 to `max_batch` items, returns one result for each, in order. Runs on a
            thread of the batcher; what it raises, every caller of the batch gets.
        max_batch: Most items computed together.
        max_wait_seconds: Longest wait for company; 0 computes what is there.
        max_queue: Most items waiting; more are refused with `QUEUE_FULL` and `RetryInfo`.
        name: Names the queue in metrics and errors.
    """

    def __init__(
        self,
        compute: Callable[[list[T]], list[R]],
        *,
        max_batch: int,
        max_wait_seconds: float,
        max_queue: int,
        name: str,
    ) -> None:
        self._compute = compute
        self._max_batch = max_batch
        self._max_wait_seconds = max_wait_seconds
        self._max_queue = max_queue
        self._name = name
        self._waiting: dict[asyncio.Future[R], _Waiting[T]] = {}
        self._changed = asyncio.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"{name}-batch")
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self._batch_seconds = 0.1

    async def submit(self, item: T) -> R:
        """Waits for `item`'s result.

        Raises:
            ServiceError: The queue is full (`QUEUE_FULL`) or the batcher is closed.
        """
        if self._closed:
            raise unavailable(self._name, f"{self._name} is shutting down")
        if len(self._waiting) >= self._max_queue:
            metrics.QUEUE_REFUSED.labels(self._name).inc()
            raise queue_full(self._name, self._expected_wait_seconds())
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name=f"{self._name}-batcher")
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting[result] = _Waiting(item, time.monotonic())
        self._note_change()
        try:
            return await result
        finally:
            if self._waiting.pop(result, None) is not None:
                metrics.QUEUE_DROPPED.labels(self._name).inc()
                self._note_change()

    async def close(self) -> None:
        """Refuses new items, computes those already taken, and ends the thread."""
        self._closed = True
        self._changed.set()
        if self._running is not None:
            await self._running
        self._executor.shutdown()

    async def _run(self) -> None:
        while await self._has_work():
            await self._wait_for_company()
            if batch := self._take():
                await self._answer(batch)

    async def _has_work(self) -> bool:
        while not self._waiting and not self._closed:
            await self._next_change()
        return bool(self._waiting)

    async def _wait_for_company(self) -> None:
        since = next(iter(self._waiting.values())).since
        left = self._max_wait_seconds - (time.monotonic() - since)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, left)):
                while 0 < len(self._waiting) < self._max_batch and not self._closed:
                    await self._next_change()

    def _take(self) -> dict[asyncio.Future[R], T]:
        chosen = list(self._waiting)[: self._max_batch]
        batch = {result: self._waiting.pop(result).item for result in chosen}
        self._note_change()
        return batch

    async def _answer(self, batch: dict[asyncio.Future[R], T]) -> None:
        metrics.BATCH_ITEMS.labels(self._name).observe(len(batch))
        loop = asyncio.get_running_loop()
        began = time.monotonic()
        computed = loop.run_in_executor(self._executor, self._compute_all, list(batch.values()))
        await asyncio.wait([computed])
        self._batch_seconds += 0.2 * (time.monotonic() - began - self._batch_seconds)
        failure = computed.exception()
        results = [None] * len(batch) if failure else computed.result()
        for waiting, result in zip(batch, results, strict=True):
            if waiting.done():
                continue
            if failure:
                waiting.set_exception(failure)
            else:
                waiting.set_result(result)  # type: ignore[arg-type]

    def _compute_all(self, items: list[T]) -> list[R]:
        results = timed(self._name, self._compute, items)
        if len(results) != len(items):
            raise RuntimeError(f"{self._name}: {len(results)} results for {len(items)} items")
        return results

    def _expected_wait_seconds(self) -> float:
        return max(0.1, self._batch_seconds * len(self._waiting) / self._max_batch)

    def _note_change(self) -> None:
        metrics.QUEUE_LENGTH.labels(self._name).set(len(self._waiting))
        self._changed.set()

    async def _next_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
