"""Batches form by size and time, stay bounded, and never compute for nobody."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import grpc
import pytest

from servicekit.batching import Batcher
from servicekit.errors import ServiceError


class Doubling:
    """Doubles numbers; waits for `gate` and keeps the batches it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, items: list[int]) -> list[int]:
        self.batches.append(items)
        self.begun.set()
        assert self.gate.wait(10)
        return [item * 2 for item in items]


@pytest.fixture
def doubling():
    return Doubling()


def batcher_of(compute, **limits) -> Batcher[int, int]:
    defaults: dict[str, Any] = {"max_batch": 4, "max_wait_seconds": 0.01, "max_queue": 8}
    return Batcher(compute, name="test", **(defaults | limits))


async def test_every_caller_gets_its_own_result(doubling):
    batcher = batcher_of(doubling, max_queue=100)
    assert await asyncio.gather(*map(batcher.submit, range(50))) == [2 * n for n in range(50)]
    await batcher.close()
    assert max(map(len, doubling.batches)) <= 4


async def test_a_full_batch_does_not_wait(doubling):
    batcher = batcher_of(doubling, max_batch=2, max_wait_seconds=60)
    async with asyncio.timeout(10):
        assert await asyncio.gather(*map(batcher.submit, [1, 2])) == [2, 4]
    await batcher.close()


async def test_a_lone_item_waits_no_longer_than_it_must(doubling):
    batcher = batcher_of(doubling, max_wait_seconds=0)
    async with asyncio.timeout(10):
        assert await batcher.submit(1) == 2
    await batcher.close()


async def test_a_full_queue_refuses_and_says_when_to_come_back(doubling, queued):
    doubling.gate.clear()
    batcher = batcher_of(doubling, max_batch=1, max_queue=1)
    first = asyncio.create_task(batcher.submit(1))
    await asyncio.to_thread(doubling.begun.wait, 10)
    second = asyncio.create_task(batcher.submit(2))
    await queued("test", 1)
    with pytest.raises(ServiceError) as refusal:
        await batcher.submit(3)
    doubling.gate.set()
    assert (await first, await second) == (2, 4)
    await batcher.close()
    assert refusal.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refusal.value.reason_name == "QUEUE_FULL"
    assert (refusal.value.retry_after_seconds or 0) >= 0.1


async def test_an_item_whose_caller_left_is_never_computed(doubling, queued):
    doubling.gate.clear()
    batcher = batcher_of(doubling, max_batch=1, max_queue=1)
    first = asyncio.create_task(batcher.submit(1))
    await asyncio.to_thread(doubling.begun.wait, 10)
    left = asyncio.create_task(batcher.submit(2))
    await queued("test", 1)
    left.cancel()
    await asyncio.wait([left])
    third = asyncio.create_task(batcher.submit(3))
    doubling.gate.set()
    assert (await first, await third) == (2, 6)
    await batcher.close()
    assert doubling.batches == [[1], [3]]


async def test_a_caller_may_leave_while_its_batch_is_computed(doubling):
    doubling.gate.clear()
    batcher = batcher_of(doubling, max_batch=2, max_wait_seconds=60)
    left, stays = asyncio.create_task(batcher.submit(1)), asyncio.create_task(batcher.submit(2))
    await asyncio.to_thread(doubling.begun.wait, 10)
    left.cancel()
    doubling.gate.set()
    assert await stays == 4
    await batcher.close()


async def test_a_failure_reaches_everyone_in_the_batch_and_nobody_else():
    def fussy(items: list[int]) -> list[int]:
        if 0 in items:
            raise ZeroDivisionError("zero")
        return items

    batcher = batcher_of(fussy, max_batch=2, max_wait_seconds=60)
    results = await asyncio.gather(*map(batcher.submit, [1, 0, 2, 3]), return_exceptions=True)
    await batcher.close()
    assert [type(each) for each in results] == [ZeroDivisionError, ZeroDivisionError, int, int]


@pytest.mark.parametrize("compute", [lambda _items: [], lambda _items: next(iter(()))])
async def test_a_broken_computation_leaves_nobody_waiting(compute):
    batcher = batcher_of(compute)
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="test"):
            await batcher.submit(1)
    await batcher.close()


async def test_closing_computes_what_was_taken_and_refuses_the_rest(doubling, queued):
    batcher = batcher_of(doubling, max_wait_seconds=60)
    taken = asyncio.create_task(batcher.submit(1))
    await queued("test", 1)
    await batcher.close()
    assert await taken == 2
    with pytest.raises(ServiceError) as refusal:
        await batcher.submit(2)
    assert refusal.value.code == grpc.StatusCode.UNAVAILABLE


async def test_a_batcher_nobody_used_closes(doubling):
    await batcher_of(doubling).close()
