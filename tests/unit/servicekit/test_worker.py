"""Single tasks off the event loop."""

from __future__ import annotations

import asyncio
import threading

import grpc
import pytest

from servicekit import calls
from servicekit.errors import ServiceError
from servicekit.working import Worker


class Gate:
    """A task that says when it has begun and ends when told."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.end = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.end.wait(10)
        return "done"


async def test_a_task_runs_on_another_thread_and_knows_its_request():
    worker = Worker("test-task", max_queue=1)
    calls.request_id.set("abc")

    def whereabouts(word: str, *, again: str) -> tuple[str, str, bool]:
        elsewhere = threading.current_thread() is not threading.main_thread()
        return word + again, calls.request_id.get(), elsewhere

    assert await worker.run(whereabouts, "a", again="b") == ("ab", "abc", True)
    await worker.close()


async def test_what_a_task_raises_reaches_its_caller():
    worker = Worker("test-task", max_queue=1)
    with pytest.raises(ValueError, match="invalid literal"):
        await worker.run(int, "x")
    with pytest.raises(RuntimeError, match="StopIteration"):
        await worker.run(next, iter(()))
    await worker.close()


async def test_a_task_too_many_is_refused():
    worker, gate = Worker("test-task", max_queue=0), Gate()
    running = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(gate.begun.wait, 10)
    with pytest.raises(ServiceError) as refusal:
        await worker.run(gate)
    gate.end.set()
    assert await running == "done"
    assert await worker.run(int, "1") == 1
    await worker.close()
    assert refusal.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_task_whose_caller_left_never_begins(queued):
    worker, gate = Worker("test-task", max_queue=1), Gate()
    ran: list[int] = []
    running = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(gate.begun.wait, 10)
    left = asyncio.create_task(worker.run(ran.append, 1))
    await queued("test-task", 1)
    left.cancel()
    await asyncio.wait([left])
    last = asyncio.create_task(worker.run(ran.append, 2))
    await queued("test-task", 1)
    gate.end.set()
    await asyncio.gather(running, last)
    await worker.close()
    assert ran == [2]


async def test_a_task_that_has_begun_keeps_its_place_when_its_caller_leaves():
    worker, gate = Worker("test-task", max_queue=0), Gate()
    running = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(gate.begun.wait, 10)
    running.cancel()
    await asyncio.wait([running])
    with pytest.raises(ServiceError):
        await worker.run(int, "1")
    gate.end.set()
    await worker.close()


async def test_closing_finishes_what_was_taken_and_refuses_the_rest():
    worker, gate = Worker("test-task", max_queue=1), Gate()
    running = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(gate.begun.wait, 10)
    gate.end.set()
    await worker.close()
    assert await running == "done"
    with pytest.raises(ServiceError) as refusal:
        await worker.run(int, "1")
    assert refusal.value.code == grpc.StatusCode.UNAVAILABLE
