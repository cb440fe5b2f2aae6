"""Batches of an import overlap: sounds keep the analysis busy, and verdicts stay in order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from io import BytesIO
from pathlib import Path

import grpc
import pytest

from gateway.drafts import Draft
from gateway.importing import MAX_BATCHES, Importer
from gateway.sounds import SoundFolder
from gateway.unchanged import Archive
from gateway.uploads import Upload
from tests.unit.gateway.house import SOUND, House, house
from tests.unit.gateway.imports import ADDED, UNCHANGED, UPDATED, draft, imported, song, sung
from vts.gateway.v1 import gateway_service_pb2 as pb

PER_BATCH = 8


def album(count: int, name: str = "") -> list[pb.ImportTracksRequest]:
    """Songs with sounds of their own."""
    numbers = (f"{name}{at}" for at in range(count))
    return [piece for each in numbers for piece in sung(song(each), SOUND, each.encode())]


async def until(condition: asyncio.Event, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        await condition.wait()


class Gate:
    """Lets calls of a fake service wait until they may go on; counts those that do."""

    def __init__(self, fake: object, enough: int) -> None:
        self.may_go_on = asyncio.Event()
        self.is_full = asyncio.Event()
        self.waiting = 0
        self._enough = enough
        fake.mood = self._mood  # type: ignore[attr-defined]

    async def _mood(self) -> None:
        self.waiting += 1
        if self.waiting >= self._enough:
            self.is_full.set()
        await self.may_go_on.wait()


async def test_no_more_sounds_are_analysed_at_a_time_than_set(tmp_path: Path) -> None:
    async with house(tmp_path, import_sounds=3) as home:
        verdicts = await imported(home, album(20))
        assert [each.outcome for each in verdicts] == [ADDED] * 20
        assert home.audio_features.most_at_a_time <= 3


async def test_sounds_of_later_batches_are_heard_before_the_first_is_done(tmp_path: Path) -> None:
    async with house(tmp_path, import_sounds=64) as home:
        gate = Gate(home.audio_features, enough=2 * PER_BATCH)
        work = asyncio.create_task(imported(home, album(3 * PER_BATCH)))
        await until(gate.is_full)
        gate.may_go_on.set()
        assert [each.index for each in await work] == list(range(3 * PER_BATCH))


async def test_no_more_batches_are_under_way_than_may_be(tmp_path: Path) -> None:
    async with house(tmp_path, import_sounds=64) as home:
        gate = Gate(home.audio_features, enough=MAX_BATCHES * PER_BATCH)
        work = asyncio.create_task(imported(home, album((MAX_BATCHES + 2) * PER_BATCH)))
        await until(gate.is_full)
        await imported(home, [draft(song("aside"))])  # another import has its own batches
        assert gate.waiting == MAX_BATCHES * PER_BATCH
        gate.may_go_on.set()
        assert len(await work) == (MAX_BATCHES + 2) * PER_BATCH


async def test_a_song_that_comes_again_waits_for_the_first(home: House) -> None:
    pieces = [*album(3), *sung(song("1", title="New"), SOUND, b"1"), *album(3)]
    verdicts = await imported(home, pieces)
    assert [each.outcome for each in verdicts] == [ADDED] * 3 + [
        UPDATED,
        UNCHANGED,
        UPDATED,
        UNCHANGED,
    ]


async def test_imports_of_the_same_songs_in_another_order_do_not_lock_each_other(
    home: House,
) -> None:
    pieces = [draft(song(str(at))) for at in range(200)]
    async with asyncio.timeout(20):
        both = await asyncio.gather(imported(home, pieces), imported(home, pieces[::-1]))
    outcomes = sorted(each.outcome for verdicts in both for each in verdicts)
    assert outcomes == [ADDED] * 200 + [UNCHANGED] * 200


async def test_what_came_before_a_fault_has_its_verdict(home: House) -> None:
    async def pieces() -> AsyncIterator[pb.ImportTracksRequest]:
        for piece in album(PER_BATCH + 1):
            yield piece
        yield draft(song("last"))
        yield album(1)[1]  # belongs to no song

    verdicts: list[int] = []

    async def listen() -> None:
        async for verdict in home.stub.ImportTracks(pieces(), timeout=20):
            verdicts.append(verdict.outcome)  # noqa: PERF401  # some come before the fault

    with pytest.raises(grpc.aio.AioRpcError, match="belongs to no draft"):
        await listen()
    assert verdicts == [ADDED] * PER_BATCH


async def test_an_import_that_is_cancelled_leaves_its_songs_to_others(home: House) -> None:
    gate = Gate(home.audio_features, enough=1)
    work = asyncio.create_task(imported(home, album(2)))
    await until(gate.is_full)
    work.cancel()
    await asyncio.wait({work})
    gate.may_go_on.set()
    async with asyncio.timeout(10):
        verdicts = await imported(home, album(2))
    assert [each.outcome for each in verdicts] == [ADDED, ADDED]


async def test_a_batch_cancelled_before_its_first_step_forgets_its_sounds(home: House) -> None:
    sound = BytesIO()
    one = Draft(0, pb.TrackDraft(track=song()), Upload(sound))

    async def groups() -> AsyncGenerator[list[Draft], None]:
        yield [one]

    clients = home.gateway._clients
    sounds = SoundFolder(home.sound_dir)
    importer = Importer(clients, sounds, Archive(clients, sounds), max_bytes=1, max_sounds=1)
    work = await importer._begun(groups(), None)
    assert work
    work.cancel()
    await asyncio.wait({work})
    assert work.cancelled()
    assert sound.closed
