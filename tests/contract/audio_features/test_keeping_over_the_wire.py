"""What callers may ask of an analysis: to be kept, features frame by frame, and what is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2 as details
from grpc_status import rpc_status

from servicekit.serving import serving
from services.audio_features.assembly import service
from services.audio_features.backends.fake import READABLE, FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.settings import AudioFeaturesSettings
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2

SONG = READABLE + b" song"


@asynccontextmanager
async def served(store: FakeStore, analyzer: FakeAnalyzer | None = None) -> AsyncIterator[Any]:
    settings = AudioFeaturesSettings(port=0, metrics_port=0, grace_seconds=0)
    async with (
        serving(settings, service(settings, analyzer or FakeAnalyzer(), store)) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.AudioFeaturesServiceStub(channel)


def chunk(data: bytes) -> pb.AnalyzeAudioRequest:
    return pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=data))


def options(**wanted: Any) -> pb.AnalyzeAudioRequest:
    return pb.AnalyzeAudioRequest(options=pb.AnalysisOptions(**wanted))


async def refused(call: Any) -> tuple[grpc.StatusCode, str, list[str]]:
    """The status, the reason and the fields that are to blame."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    info, fields = details.ErrorInfo(), details.BadRequest()
    for packed in rpc_status.from_call(caught.value).details:  # type: ignore[arg-type]
        packed.Unpack(info)
        packed.Unpack(fields)
    blamed = [violation.field for violation in fields.field_violations]
    return caught.value.code(), info.reason, blamed


async def test_the_same_bytes_are_answered_from_the_store_after_a_restart() -> None:
    store = FakeStore()
    async with served(store) as stub:
        first = await stub.AnalyzeAudio([options(keep=True), chunk(SONG[:9]), chunk(SONG[9:])])
        unkept = await stub.AnalyzeAudio([chunk(READABLE + b" clip")])
    assert (first.kept, unkept.kept) == (True, False)
    assert first.sound_digest
    assert [score.genre for score in first.genres] == ["classical", "rock"]
    assert list(first.beats_seconds) == [0.25, 0.75]
    assert first.chroma.dimensions == 12
    assert len(first.windows[0].embedding) == 128
    async with served(store) as stub:
        again = await stub.AnalyzeAudio([chunk(SONG)])
        known = pb.Sound(analysis_id=first.analysis_id)
        alike = await stub.CompareAudio(pb.CompareAudioRequest(first=known, second=known))
        forgotten = pb.Sound(analysis_id=unkept.analysis_id)
        status, reason, _ = await refused(
            stub.CompareAudio(pb.CompareAudioRequest(first=known, second=forgotten))
        )
    assert again == first
    assert alike.distance == 0
    assert (status, reason) == (grpc.StatusCode.NOT_FOUND, "ANALYSIS_NOT_FOUND")


async def test_features_are_told_frame_by_frame_with_their_unit() -> None:
    async with served(FakeStore()) as stub:
        answer = await stub.AnalyzeAudio([options(frames=["rms", "rms"]), chunk(SONG)])
        plain = await stub.AnalyzeAudio([chunk(SONG)])
    (frames,) = answer.frames
    assert frames.name == "rms"
    assert frames.unit == answer.features[0].unit
    assert list(frames.frames.values) == [1] * 5
    assert not plain.frames


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ([options(frames=["taste"]), chunk(SONG)], "options.frames"),
        ([options(frames=["rms"] * 33), chunk(SONG)], "options.frames"),
        ([chunk(SONG), options(keep=True)], "options"),
        ([options(keep=True), chunk(SONG), options(keep=True)], "options"),
    ],
)
async def test_options_that_cannot_be_met_are_refused_by_their_field(
    sent: list[pb.AnalyzeAudioRequest], field: str
) -> None:
    store = FakeStore()
    async with served(store) as stub:
        refusal = await refused(stub.AnalyzeAudio(sent))
    assert refusal == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID", [field])
    assert store.count({}) == (0, 0)


async def test_a_store_out_of_order_is_told_without_its_words_and_only_where_it_matters() -> None:
    store = FakeStore()
    async with served(store) as stub:
        store.is_down = True
        assert (await stub.AnalyzeAudio([chunk(SONG)])).analysis_id
        calls = (
            stub.AnalyzeAudio([options(keep=True), chunk(SONG)]),
            stub.GetAnalyzer(pb.GetAnalyzerRequest()),
        )
        for call in calls:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
            assert "as the test wants it" not in str(caught.value.details())
        status, reason, _ = await refused(stub.GetAnalyzer(pb.GetAnalyzerRequest()))
        assert (status, reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        store.is_down = False
        assert (await stub.AnalyzeAudio([options(keep=True), chunk(SONG)])).kept


async def test_the_analyzer_tells_its_versions_and_how_much_is_out_of_date() -> None:
    store = FakeStore()
    store.keep(FakeAnalyzer(features_version="0").analyze(READABLE + b" old"))
    async with served(store) as stub:
        await stub.AnalyzeAudio([options(keep=True), chunk(SONG)])
        told = await stub.GetAnalyzer(pb.GetAnalyzerRequest())
        assert (told.kept_analyses, told.stale_analyses) == (2, 1)
        await stub.AnalyzeAudio([options(keep=True), chunk(READABLE + b" old")])
        told = await stub.GetAnalyzer(pb.GetAnalyzerRequest())
    assert (told.kept_analyses, told.stale_analyses) == (2, 0)
    assert told.model.name == "fake"
    assert told.part_versions == {"features": "1", "heads": "1"}
