"""The service over a real connection: what callers send, and what comes back."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2 as details
from grpc_status import rpc_status

from servicekit.serving import serving
from services.audio_features.assembly import assembled, service
from services.audio_features.backends.fake import READABLE, SILENT, SOUNDLESS_VIDEO, FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import EMOTIONS, Analysis
from services.audio_features.ports import AnalysisStore, AudioAnalyzer
from services.audio_features.settings import AudioFeaturesSettings
from tests.unit.audio_features.sounds import file_of, muxed, tone
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2
from vts.moods import AUDIO_DIMENSIONS, MOODS

Stub = Any


class SlowAnalyzer(FakeAnalyzer):
    """Holds every analysis but the warm-up's until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.let_go = threading.Event()

    def _made_up(self, media: bytes) -> Analysis:
        if media.startswith(READABLE + b" slow"):
            self.started.set()
            self.let_go.wait(10)
        return super()._made_up(media)


def made(**settings: Any) -> AudioFeaturesSettings:
    return AudioFeaturesSettings(port=0, metrics_port=0, grace_seconds=0, **settings)


@pytest.fixture(autouse=True)
def _a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/kept/analyses.sqlite3"
    monkeypatch.setenv("VTS_AUDIO_FEATURES_STORE_URL", url)


@asynccontextmanager
async def served(
    settings: AudioFeaturesSettings,
    analyzer: AudioAnalyzer | None = None,
    store: AnalysisStore | None = None,
) -> AsyncIterator[Stub]:
    running = (
        service(settings, analyzer, store or FakeStore()) if analyzer else await assembled(settings)
    )
    async with (
        serving(settings, running) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.AudioFeaturesServiceStub(channel)


def requests(media: bytes, size: int = 4_096) -> list[pb.AnalyzeAudioRequest]:
    return [
        pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=media[start : start + size]))
        for start in range(0, len(media), size)
    ]


def explained(error: grpc.aio.AioRpcError) -> tuple[details.ErrorInfo, list[str]]:
    """The error's reason and metadata, and the fields that are to blame."""
    info, fields = details.ErrorInfo(), details.BadRequest()
    for packed in rpc_status.from_call(error).details:  # type: ignore[arg-type]
        packed.Unpack(info)
        packed.Unpack(fields)
    return info, [violation.field for violation in fields.field_violations]


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def refused(call: Callable[[], Any]) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call()
    return caught.value


async def test_a_recording_in_chunks_gives_everything_that_was_measured() -> None:
    async with served(made()) as stub:
        media = file_of("webm", tone(3) + tone(3, hertz=554.4))
        response = await stub.AnalyzeAudio(requests(media))
    assert response.duration_seconds == pytest.approx(3, abs=0.1)
    assert len(response.embedding) == AUDIO_DIMENSIONS
    assert [felt.emotion for felt in response.felt_emotions] == list(EMOTIONS)
    assert [score.mood for score in response.moods] == list(MOODS)
    assert 0 < response.affect.confidence < 1
    assert response.key.tonic == "A"
    assert {"mfcc", "chroma_cqt", "tonnetz", "tempogram"} <= {
        each.name for each in response.features
    }
    assert response.mfcc.dimensions == 20
    assert len(response.mfcc.values) % 20 == 0
    assert response.model.name == "librosa"
    assert response.model.version
    assert not response.notes


async def test_the_sound_of_a_video_is_analysed_and_its_absence_is_noted() -> None:
    async with served(made()) as stub:
        heard = await stub.AnalyzeAudio(requests(file_of("mp4", tone())))
        unheard = await stub.AnalyzeAudio(requests(muxed("mp4", None, 48_000, video="mpeg4")))
    assert heard.duration_seconds == pytest.approx(2, abs=0.1)
    assert [note.code for note in unheard.notes] == ["NO_SOUND"]
    assert unheard.notes[0].message.en
    assert unheard.notes[0].message.ko
    assert not unheard.features
    assert not unheard.embedding


async def test_of_a_video_that_breaks_off_what_came_is_heard_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    whole = file_of("mkv", tone(6))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    async with served(made(scratch_dir=scratch)) as stub:
        heard = await stub.AnalyzeAudio(requests(whole[: len(whole) // 2]))
        await refused(lambda: stub.AnalyzeAudio(requests(file_of("flac", tone(6))[:9000])))
    assert 1.5 < heard.duration_seconds < 4.5
    assert [note.code for note in heard.notes] == ["TRUNCATED"]
    assert heard.notes[0].message.ko
    assert heard.embedding
    assert left_in(scratch) == []


async def test_media_beyond_the_seconds_allowed_is_too_large() -> None:
    async with served(made(max_media_seconds=1)) as stub:
        error = await refused(lambda: stub.AnalyzeAudio(requests(file_of("flac", tone()))))
    info, fields = explained(error)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert info.reason == "MEDIA_TOO_LARGE"
    assert info.metadata["limit"] == "1 s"
    assert info.metadata["given"] == "2 s"
    assert fields == ["chunk"]


async def test_media_beyond_the_bytes_allowed_is_too_large() -> None:
    async with served(made(max_media_bytes=65_536), FakeAnalyzer()) as stub:
        error = await refused(lambda: stub.AnalyzeAudio(requests(READABLE + bytes(70_000))))
    assert explained(error)[0].reason == "MEDIA_TOO_LARGE"
    assert explained(error)[0].metadata["limit"] == "65536 bytes"


@pytest.mark.parametrize("media", [b"", b"a text called song.mp3"])
async def test_unreadable_media_is_answered_with_the_kinds_that_are_read(media: bytes) -> None:
    async with served(made(), FakeAnalyzer()) as stub:
        error = await refused(lambda: stub.AnalyzeAudio(requests(media)))
    info, fields = explained(error)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert info.reason == "MEDIA_UNREADABLE"
    assert "FLAC" in info.metadata["readable"]
    assert fields == ["chunk"]


async def test_silence_is_answered_with_a_note_and_no_feeling() -> None:
    async with served(made(), FakeAnalyzer()) as stub:
        response = await stub.AnalyzeAudio(requests(SILENT))
        soundless = await stub.AnalyzeAudio(requests(SOUNDLESS_VIDEO))
    assert [note.code for note in response.notes] == ["SILENT"]
    assert [note.code for note in soundless.notes] == ["NO_SOUND"]
    for answer in (response, soundless):
        assert answer.loudness_lufs == -70
        assert not answer.moods
        assert not answer.HasField("affect")


async def test_sounds_are_compared_by_id_and_by_frames() -> None:
    async with served(made(), FakeAnalyzer()) as stub:
        first = await stub.AnalyzeAudio(requests(READABLE + b" one"))
        second = await stub.AnalyzeAudio(requests(READABLE + b" two"))
        by_id = pb.Sound(analysis_id=first.analysis_id)
        same = await stub.CompareAudio(
            pb.CompareAudioRequest(
                first=by_id, second=pb.Sound(sequence=first.mfcc), include_path=True
            )
        )
        other = await stub.CompareAudio(
            pb.CompareAudioRequest(first=by_id, second=pb.Sound(analysis_id=second.analysis_id))
        )
    assert same.distance == 0
    assert [(step.first_frame, step.second_frame) for step in same.path] == [
        (frame, frame) for frame in range(len(first.mfcc.values) // first.mfcc.dimensions)
    ]
    assert other.distance > other.normalized_distance > 0
    assert not other.path


async def test_an_unknown_analysis_is_not_found_and_its_field_is_named() -> None:
    async with served(made(), FakeAnalyzer()) as stub:
        known = await stub.AnalyzeAudio(requests(READABLE + b" one"))
        request = pb.CompareAudioRequest(
            first=pb.Sound(analysis_id=known.analysis_id), second=pb.Sound(analysis_id="gone")
        )
        error = await refused(lambda: stub.CompareAudio(request))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    info, _ = explained(error)
    assert info.reason == "ANALYSIS_NOT_FOUND"
    assert info.metadata["field"] == "second.analysis_id"


def sequence(frames: int, width: int) -> pb.Sequence:
    values = np.random.default_rng(0).normal(size=frames * max(width, 1)).tolist()
    return pb.Sequence(values=values, dimensions=width, step_seconds=0.1)


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (None, "second"),
        (sequence(5, 0), "second.sequence.dimensions"),
        (sequence(5, 2_000), "second.sequence.dimensions"),
        (pb.Sequence(values=[1, 2, 3], dimensions=2), "second.sequence.values"),
        (pb.Sequence(values=[float("nan")] * 4, dimensions=4), "second.sequence.values"),
        (sequence(0, 4), "second.sequence.values"),
        (sequence(4_001, 4), "second.sequence"),
        (sequence(5, 3), "second.sequence.dimensions"),
    ],
)
async def test_a_sequence_that_does_not_fit_is_refused_by_its_field(
    second: pb.Sequence | None, field: str
) -> None:
    request = pb.CompareAudioRequest(first=pb.Sound(sequence=sequence(5, 4)))
    if second is not None:
        request.second.sequence.CopyFrom(second)
    async with served(made(), FakeAnalyzer()) as stub:
        error = await refused(lambda: stub.CompareAudio(request))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert explained(error)[0].reason == "FIELD_INVALID"
    assert explained(error)[1] == [field]


async def test_a_full_queue_is_refused_with_a_time_to_retry() -> None:
    slow = SlowAnalyzer()
    async with served(made(max_queue=1, workers=1), slow) as stub:
        first = asyncio.ensure_future(stub.AnalyzeAudio(requests(READABLE + b" slow one")))
        assert await asyncio.to_thread(slow.started.wait, 10)
        rest = [stub.AnalyzeAudio(requests(READABLE + b" slow two")) for _ in range(3)]
        done, _ = await asyncio.wait(
            [asyncio.ensure_future(call) for call in rest],
            timeout=10,
            return_when=asyncio.FIRST_EXCEPTION,
        )
        errors = [error for call in done if (error := call.exception())]
        slow.let_go.set()
        assert (await first).analysis_id
    assert isinstance(errors[0], grpc.aio.AioRpcError)
    assert errors[0].code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert explained(errors[0])[0].reason == "QUEUE_FULL"


async def test_other_calls_are_answered_while_an_analysis_runs() -> None:
    slow = SlowAnalyzer()
    async with served(made(workers=2), slow) as stub:
        held = asyncio.ensure_future(stub.AnalyzeAudio(requests(READABLE + b" slow one")))
        assert await asyncio.to_thread(slow.started.wait, 10)
        answer = await asyncio.wait_for(stub.AnalyzeAudio(requests(READABLE + b" quick")), 10)
        slow.let_go.set()
        await held
    assert answer.analysis_id
