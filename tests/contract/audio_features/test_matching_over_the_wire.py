"""Matching a clip over a real connection: what is found, and which field is to blame."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2 as details
from grpc_status import rpc_status

from servicekit.serving import serving
from services.audio_features.assembly import service
from services.audio_features.backends.fake import FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import Analysis, Sequence
from services.audio_features.settings import AudioFeaturesSettings
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc

STEP = 2_048 / 22_050


def song(seed: int, frames: int = 200) -> Analysis:
    random = np.random.default_rng(seed)
    mfcc = random.normal(scale=20, size=(frames, 20)).astype(np.float32)
    chroma = random.random((frames, 12)).astype(np.float32)
    return Analysis(
        f"song-{seed}", frames * STEP, mfcc=Sequence(mfcc, STEP), chroma=Sequence(chroma, STEP)
    )


@asynccontextmanager
async def served(*songs: Analysis) -> AsyncIterator[Any]:
    settings = AudioFeaturesSettings(port=0, metrics_port=0, grace_seconds=0)
    store = FakeStore()
    for each in songs:
        store.keep(each)
    async with (
        serving(settings, service(settings, FakeAnalyzer(), store)) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.AudioFeaturesServiceStub(channel)


def sequence(frames: np.ndarray, step: float = STEP) -> pb.Sequence:
    return pb.Sequence(
        values=frames.ravel().tolist(), dimensions=frames.shape[1], step_seconds=step
    )


def request(
    clip: Analysis, first: int = 50, frames: int = 64, **fields: Any
) -> pb.MatchAudioRequest:
    assert clip.mfcc is not None
    assert clip.chroma is not None
    part = slice(first, first + frames)
    given: dict[str, Any] = {
        "mfcc": sequence(clip.mfcc.frames[part]),
        "chroma": sequence(clip.chroma.frames[part]),
        "candidates": [pb.MatchCandidate(analysis_id="song-1")],
    }
    return pb.MatchAudioRequest(**{**given, **fields})


async def test_a_clip_is_found_and_the_unknown_are_named() -> None:
    candidates = [pb.MatchCandidate(analysis_id=f"song-{n}") for n in (1, 2, 3)]
    async with served(song(1), song(2)) as stub:
        found = await stub.MatchAudio(request(song(2), candidates=candidates, limit=1))
    assert list(found.unknown_ids) == ["song-3"]
    [match] = found.matches
    assert match.analysis_id == "song-2"
    assert match.start_seconds == pytest.approx(50 * STEP, abs=0.1)
    assert match.end_seconds == pytest.approx(114 * STEP, abs=0.1)
    assert match.confidence > 0.9
    assert (match.tempo_ratio, match.transposition_semitones) == (pytest.approx(1, abs=0.02), 0)


CANDIDATE = pb.MatchCandidate(analysis_id="song-1")
BROKEN: dict[str, dict[str, Any]] = {
    "analysis_id": {"mfcc": pb.Sequence(), "chroma": pb.Sequence()},
    "candidates": {"candidates": [CANDIDATE] * 201},
    "candidates[1].analysis_id": {"candidates": [CANDIDATE, pb.MatchCandidate()]},
    "candidates[0].near_seconds": {
        "candidates": [pb.MatchCandidate(analysis_id="song-1", near_seconds=[float("nan")])]
    },
    "limit": {"limit": 201},
    "mfcc": {
        "mfcc": sequence(np.ones((31, 20), np.float32)),
        "chroma": sequence(np.ones((31, 12), np.float32)),
    },
    "mfcc.dimensions": {"mfcc": sequence(np.ones((64, 13), np.float32))},
    "mfcc.values": {"mfcc": sequence(np.full((64, 20), np.inf, np.float32))},
    "mfcc.step_seconds": {"mfcc": sequence(np.ones((64, 20), np.float32), 0.0)},
    "chroma.dimensions": {"chroma": sequence(np.ones((64, 24), np.float32))},
    "chroma": {"chroma": sequence(np.ones((63, 12), np.float32))},
}


async def test_a_refusal_names_the_field() -> None:
    async with served(song(1)) as stub:
        for field, fields in BROKEN.items():
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stub.MatchAudio(request(song(1), **fields))
            info, blamed = explained(refused.value)
            assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert (info.reason, blamed) == ("FIELD_INVALID", [field])


async def test_an_unknown_clip_is_not_found() -> None:
    async with served(song(1)) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.MatchAudio(pb.MatchAudioRequest(analysis_id="gone", candidates=[CANDIDATE]))
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    assert explained(refused.value)[0].reason == "ANALYSIS_NOT_FOUND"


def explained(error: grpc.aio.AioRpcError) -> tuple[details.ErrorInfo, list[str]]:
    """The error's reason and metadata, and the fields that are to blame."""
    info, fields = details.ErrorInfo(), details.BadRequest()
    for packed in rpc_status.from_call(error).details:  # type: ignore[arg-type]
        packed.Unpack(info)
        packed.Unpack(fields)
    return info, [violation.field for violation in fields.field_violations]
