"""Work on the same songs goes one after the other."""

import asyncio

from gateway.turns import Turns


async def test_the_same_id_waits_and_another_does_not() -> None:
    turns, order = Turns(), []
    leave = asyncio.Event()

    async def work(name: str, ids: set[str], until: asyncio.Event | None = None) -> None:
        async with turns.of(ids):
            order.append(name)
            if until:
                await until.wait()

    first = asyncio.create_task(work("first", {"a", "b"}, leave))
    await asyncio.sleep(0)
    second = asyncio.create_task(work("second", {"b", "c"}))
    await work("third", {"c"})
    assert order == ["first", "third"]
    leave.set()
    await asyncio.gather(first, second)
    assert order == ["first", "third", "second"]


async def test_who_is_cancelled_while_waiting_takes_nothing() -> None:
    turns = Turns()
    async with turns.of({"a"}):
        waiting = asyncio.create_task(turns.of({"a", "b"}).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        async with asyncio.timeout(5), turns.of({"b"}):
            pass
    async with asyncio.timeout(5), turns.of({"a", "b"}):
        pass
