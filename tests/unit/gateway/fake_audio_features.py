"""A fake audio_features behind a real gRPC server."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from servicekit.errors import ServiceError
from servicekit.interception import Context
from servicekit.media import unreadable
from tests.unit.gateway.fakes import Moody, affect, moods, unit
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as audio_rpc
from vts.evidence.v1 import evidence_pb2

MUSIC: dict[str, Any] = {
    "segments": [audio_pb.SoundSegment(end_seconds=8, kind=audio_pb.SOUND_KIND_MUSIC)],
    "music_share": 1.0,
    "windows": [
        audio_pb.SoundWindow(
            end_seconds=8,
            affect=affect(-0.6, -0.4),
            moods=moods(sad=0.9),
            embedding=unit("window", 128),
        )
    ],
}
TALK_THEN_MUSIC: dict[str, Any] = {
    "segments": [
        audio_pb.SoundSegment(end_seconds=3, kind=audio_pb.SOUND_KIND_SPEECH),
        audio_pb.SoundSegment(start_seconds=3, end_seconds=8, kind=audio_pb.SOUND_KIND_MUSIC),
    ],
    "speech_share": 0.4,
    "music_share": 0.6,
    "windows": [
        audio_pb.SoundWindow(end_seconds=3, affect=affect(-0.9, 0.9), moods=moods(annoying=0.9)),
        audio_pb.SoundWindow(
            start_seconds=3, end_seconds=8, affect=affect(0.8, 0.6), moods=moods(triumphant=0.9)
        ),
    ],
}


STEP = 0.1


def sequence(seconds: float, width: int) -> audio_pb.Sequence:
    """Frames that hold nothing but their time, so that stretches can be told apart."""
    count = round(seconds / STEP)
    values = [float(at) for at in range(count) for _ in range(width)]
    return audio_pb.Sequence(values=values, dimensions=width, step_seconds=STEP)


def match(start: float, confidence: float = 0.97, **fields: float) -> audio_pb.AudioMatch:
    """Six seconds of a kept sound."""
    known: dict[str, Any] = {"likeness": 0.9, "tempo_ratio": 1.0, **fields}
    return audio_pb.AudioMatch(
        start_seconds=start, end_seconds=start + 6, confidence=confidence, **known
    )


class FakeAudioFeatures(Moody, audio_rpc.AudioFeaturesServiceServicer):
    """Hears sadness at 92 BPM in A minor, or nothing, or talk and then music.

    `kept` are the sounds a clip is looked for in, by id: where it is found, given where it lies in
    the sound it was cut from.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""
        self.was_kept = False
        self.measured: dict[str, Any] = {}
        self.kept: dict[str, Callable[[float], audio_pb.AudioMatch | None]] = {}
        self.asked = audio_pb.MatchAudioRequest()
        self.matching_failure: ServiceError | None = None
        self.matching_failures_left = 10**9
        self.analyzer_failure: ServiceError | None = None
        self.model = evidence_pb2.Model(name="fake", version="1")
        self.is_matching = asyncio.Event()
        self.may_match = asyncio.Event()
        self.may_match.set()
        self.matches_at_a_time = 0
        self.at_a_time = 0
        self.most_at_a_time = 0

    async def AnalyzeAudio(
        self, request_iterator: AsyncIterator[audio_pb.AnalyzeAudioRequest], context: Context
    ) -> audio_pb.AnalyzeAudioResponse:
        pieces = [piece async for piece in request_iterator]
        self.was_kept = pieces[0].options.keep
        self.heard = b"".join([piece.chunk.data for piece in pieces])
        self.at_a_time += 1
        self.most_at_a_time = max(self.at_a_time, self.most_at_a_time)
        try:
            await self.mood()
        finally:
            self.at_a_time -= 1
        return self.analysis(self.heard, kept=self.was_kept)

    def analysis(self, sound: bytes, *, kept: bool) -> audio_pb.AnalyzeAudioResponse:
        if b"CORRUPT" in sound:
            raise unreadable("chunk", "is corrupt")
        if b"SILENT" in sound or b"NO SOUND" in sound:
            code = "SILENT" if b"SILENT" in sound else "NO_SOUND"
            message = evidence_pb2.Bilingual(en="It is silent.", ko="소리가 없습니다.")
            note = evidence_pb2.Note(code=code, message=message)
            return audio_pb.AnalyzeAudioResponse(duration_seconds=3, notes=[note])
        return audio_pb.AnalyzeAudioResponse(
            analysis_id=hashlib.sha256(sound).hexdigest()[:16],
            sound_digest=hashlib.sha256(sound.partition(b"TAGS")[0]).hexdigest(),
            kept=kept,
            tempo=audio_pb.Tempo(bpm=92, confidence=0.9),
            key=audio_pb.Key(tonic="A", mode="minor", confidence=0.8),
            embedding=unit("sound", 128),
            moods=moods(sad=0.9),
            affect=affect(-0.6, -0.4),
            features=[audio_pb.FeatureSummary(name="rms")],
            mfcc=sequence(8, 20),
            chroma=sequence(8, 12),
            model=self.model,
            **self.kinds(sound),
        )

    async def MatchAudio(
        self, request: audio_pb.MatchAudioRequest, context: Context
    ) -> audio_pb.MatchAudioResponse:
        if self.matching_failure and self.matching_failures_left > 0:
            self.matching_failures_left -= 1
            raise self.matching_failure
        self.asked = request
        self.matches_at_a_time += 1
        self.most_at_a_time = max(self.matches_at_a_time, self.most_at_a_time)
        self.is_matching.set()
        await self.may_match.wait()
        self.matches_at_a_time -= 1
        cut_at = request.mfcc.values[0] * STEP
        response = audio_pb.MatchAudioResponse()
        for candidate in request.candidates:
            if candidate.analysis_id not in self.kept:
                response.unknown_ids.append(candidate.analysis_id)
            elif found := self.kept[candidate.analysis_id](cut_at):
                response.matches.add(analysis_id=candidate.analysis_id).MergeFrom(found)
        return response

    async def GetAnalyzer(
        self, request: audio_pb.GetAnalyzerRequest, context: Context
    ) -> audio_pb.GetAnalyzerResponse:
        if self.analyzer_failure:
            raise self.analyzer_failure
        return audio_pb.GetAnalyzerResponse(model=self.model, kept_analyses=len(self.kept))

    def kinds(self, sound: bytes) -> dict[str, Any]:
        """What is heard when; `measured` overrules it."""
        length = {"duration_seconds": 8}
        return length | (TALK_THEN_MUSIC if b"TALK" in sound else MUSIC) | self.measured
