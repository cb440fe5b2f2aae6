"""Groups built by a real service in a real process of its own."""

import asyncio
import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import psutil
import pytest

from servicekit.serving import serving
from services.recommender.assembly import assembled
from services.recommender.settings import RecommenderSettings
from services.recommender.songs import track_to_pb, vectors_to_pb
from services.recommender.tracks import StoredTrack
from tests.unit.recommender.calls import Stub, violations
from tests.unit.recommender.flocks import MOODS_OF_FLOCKS, flock_song, flocks, middle
from tests.unit.recommender.songs import song
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc

ROOT = Path(__file__).parents[3]
COUNT = len(MOODS_OF_FLOCKS)
SONGS, QUIET = 60, 12
STAGES = ["reading", "reducing", "mapping", "grouping", "naming", "learning"]
WAIT_SECONDS = 60
BUILDING_SECONDS = 600


@asynccontextmanager
async def served(data: Path, **settings: int) -> AsyncIterator[Stub]:
    chosen = RecommenderSettings(
        data_dir=data,
        port=0,
        metrics_port=0,
        grace_seconds=1,
        **settings,  # type: ignore[arg-type]
    )
    service = await assembled(chosen)
    async with (
        serving(chosen, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.RecommenderServiceStub(channel)


async def stored(stub: Stub, songs: list[StoredTrack]) -> None:
    messages = [
        pb.UpsertTracksRequest(track=track_to_pb(s.track), vectors=vectors_to_pb(s.vectors))
        for s in songs
    ]
    answer = await stub.UpsertTracks(iter(messages))
    assert len(answer.stored_ids) == len(songs)


async def built(stub: Stub, groups: int = COUNT) -> list[pb.BuildGroupsResponse]:
    request = pb.BuildGroupsRequest(groups=groups, random_seed=7)
    call = stub.BuildGroups(request, timeout=BUILDING_SECONDS)
    return [news async for news in call]


async def grouped(data: Path) -> list[pb.BuildGroupsResponse]:
    async with served(data) as stub:
        await stored(stub, flocks(SONGS, quiet=QUIET))
        return await built(stub)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[pb.BuildGroupsResponse]]:
    """A folder in which groups were built by a service that has ended, and what it told."""
    data = tmp_path_factory.mktemp("groups") / "data"
    return data, asyncio.run(grouped(data))


@pytest.fixture
def data(once: tuple[Path, object], tmp_path: Path) -> Iterator[Path]:
    """A copy of that folder."""
    shutil.copytree(once[0], tmp_path / "data")
    yield tmp_path / "data"
    shutil.rmtree(tmp_path / "data")


def test_progress_is_told_stage_by_stage_and_the_groups_last(
    once: tuple[Path, list[pb.BuildGroupsResponse]],
) -> None:
    *news, last = once[1]
    told = [each.progress for each in news]
    assert list(dict.fromkeys(each.stage for each in told)) == STAGES
    fractions = [each.fraction for each in told]
    assert fractions == sorted(fractions)
    assert all(each.message.en and each.message.ko for each in told)
    assert last.WhichOneof("news") == "map"
    assert len(last.map.groups) == COUNT


def test_the_groups_are_the_flocks_named_in_both_languages(
    once: tuple[Path, list[pb.BuildGroupsResponse]],
) -> None:
    groups = once[1][-1].map.groups
    assert [group.id for group in groups] == [str(at + 1) for at in range(COUNT)]
    assert [group.tracks for group in groups] == [SONGS // COUNT] * COUNT
    assert [g.tracks_by_sound for g in groups] == [(SONGS - QUIET) // COUNT] * COUNT
    strongest = [max(g.moods, key=lambda mood: mood.score).mood for g in groups]
    assert set(strongest) == set(MOODS_OF_FLOCKS)
    assert len({g.name.en for g in groups}) == len({g.name.ko for g in groups}) == COUNT
    (dance,) = [g for g in groups if g.name.en.endswith("· dance")]
    assert dance.name.ko.endswith("· 댄스")
    assert dance.tempo_bpm == pytest.approx(154)
    quality = once[1][-1].map.quality
    assert quality.elbow == COUNT
    assert quality.held_out_tracks == SONGS - QUIET
    assert min(quality.network_accuracy, quality.trees_accuracy) > quality.majority_accuracy + 0.3


async def test_groups_survive_a_restart_and_songs_come_and_go(data: Path) -> None:
    async with served(data) as stub:
        found = (await stub.GetGroups(pb.GetGroupsRequest(include_points=True))).map
        assert len(found.points) == SONGS
        assert all(-1 <= point.x <= 1 and -1 <= point.y <= 1 for point in found.points)
        place = {point.track_id: point.group_id for point in found.points}
        likely = await stub.PredictGroup(pb.PredictGroupRequest(audio_embedding=middle(2).tolist()))
        third = likely.scores[0].group_id
        assert third == place[str(flock_song(2, 2).track.id)]
        assert sum(each.score for each in likely.scores) == pytest.approx(1, abs=1e-4)

        new = [flock_song(900, 2), flock_song(901, 2, sound=False)]
        await stored(stub, new)
        await stub.DeleteTracks(pb.DeleteTracksRequest(ids=[str(flock_song(2, 2).track.id)]))
        after = (await stub.GetGroups(pb.GetGroupsRequest(include_points=True))).map
        (group,) = [each for each in after.groups if each.id == third]
        assert group.tracks == SONGS // COUNT + 1
        assert len(after.points) == SONGS - 1

        text = pb.WeightedEvidence(label="text", text_embedding=[1.0] + [0.0] * 383)
        request = pb.RecommendRequest(
            evidence=[text], filters=pb.Filters(groups=[third]), limit=100
        )
        answer = await stub.Recommend(request)
        assert {str(each.track.id) for each in new} <= {e.track.id for e in answer.tracks}
        assert len(answer.tracks) == group.tracks
        assert [(e.filter, e.remaining) for e in answer.filter_effects] == [
            (f"group={third}", group.tracks)
        ]


async def test_an_unknown_group_leaves_nothing_and_is_blamed(data: Path) -> None:
    text = pb.WeightedEvidence(label="text", text_embedding=[1.0] + [0.0] * 383)
    async with served(data) as stub:
        request = pb.RecommendRequest(evidence=[text], filters=pb.Filters(groups=["77"]))
        answer = await stub.Recommend(request)
    assert [(note.code, note.subject) for note in answer.notes] == [("FILTERED_OUT", "group=77")]


async def test_while_groups_are_built_others_wait_and_leaving_ends_it(data: Path) -> None:
    async with served(data) as stub:
        building = stub.BuildGroups(pb.BuildGroupsRequest(groups=3))
        news = building.__aiter__()
        while (await anext(news)).progress.stage == "reading":
            pass
        child = builder(data)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await built(stub)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        building.cancel()
        await asyncio.to_thread(psutil.wait_procs, [child], WAIT_SECONDS)
        assert not child.is_running()
        kept = (await stub.GetGroups(pb.GetGroupsRequest())).map
        assert len(kept.groups) == COUNT
        assert await until_free(stub) == "reading"
    assert not (data / "groups.new").exists()


def builder(data: Path) -> psutil.Process:
    """The child that builds groups of these data; other tests' children are not of them."""
    children = psutil.Process().children()
    (found,) = [each for each in children if str(data / "groups.new") in each.cmdline()]
    return found


async def until_free(stub: Stub) -> str:
    """The first stage of a building once nobody else builds."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            building = stub.BuildGroups(pb.BuildGroupsRequest(groups=3))
            with contextlib.suppress(grpc.aio.AioRpcError):
                return (await anext(building.__aiter__())).progress.stage


async def test_too_few_songs_with_sound_make_no_groups(tmp_path: Path) -> None:
    async with served(tmp_path) as stub:
        await stored(stub, [*flocks(11), song(99)])
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await built(stub)
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert violations(caught.value)[0] == "TOO_FEW_SONGS"
        assert not (await stub.GetGroups(pb.GetGroupsRequest())).HasField("map")
        with pytest.raises(grpc.aio.AioRpcError) as missing:
            await stub.PredictGroup(pb.PredictGroupRequest(audio_embedding=middle(1).tolist()))
        assert violations(missing.value)[0] == "GROUPS_MISSING"


async def test_bad_fields_of_groups_are_named(tmp_path: Path) -> None:
    async with served(tmp_path) as stub:
        for groups in (1, 51, -1):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await built(stub, groups)
            assert list(violations(caught.value)[1]) == ["groups"]
        for sound in ([], [1.0], (2 * middle(1)).tolist()):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.PredictGroup(pb.PredictGroupRequest(audio_embedding=sound))
            assert list(violations(caught.value)[1]) == ["audio_embedding"]


async def test_a_building_that_needs_too_much_memory_fails_and_tells_no_secrets(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(data, groups_memory_bytes=256 << 20) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await built(stub)
        assert caught.value.code() is grpc.StatusCode.INTERNAL
        assert str(ROOT) not in str(caught.value.details())
        assert len((await stub.GetGroups(pb.GetGroupsRequest())).map.groups) == COUNT
    assert "groups could not be built" in caplog.text


SERVE = """
import asyncio, sys
from pathlib import Path
from services.recommender.backends.groups.process import GroupFolder, Limits
from services.recommender.groups import Order
from tests.unit.recommender.flocks import flocks
from vts.moods import AUDIO_DIMENSIONS

async def main():
    limits = Limits(4 << 30, 600, 1)
    folder = GroupFolder(Path(sys.argv[1]), limits, audio_dimensions=AUDIO_DIMENSIONS)
    folder.prepare([flocks(600)], Order(10, 1), 1)
    async for progress in folder.run():
        print(progress.stage, flush=True)

asyncio.run(main())
"""


def test_the_building_ends_with_the_service_that_is_killed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'sdk'}", "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    with process, process.stdout as output:
        assert output.readline() == "reducing\n"
        (child,) = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs([child], WAIT_SECONDS)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert (tmp_path / "groups.new").exists()
    assert not (tmp_path / "groups.npz").exists()
