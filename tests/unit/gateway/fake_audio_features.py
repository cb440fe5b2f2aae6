"""A fake audio_features behind a real gRPC server."""

from collections.abc import AsyncIterator
from typing import Any

from servicekit.interception import Context
from servicekit.media import unreadable
from tests.unit.gateway.fakes import MODEL, Moody, affect, moods, unit
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as audio_rpc
from vts.evidence.v1 import evidence_pb2

MUSIC: dict[str, Any] = {
    "segments": [audio_pb.SoundSegment(end_seconds=8, kind=audio_pb.SOUND_KIND_MUSIC)],
    "music_share": 1.0,
    "windows": [
        audio_pb.SoundWindow(end_seconds=8, affect=affect(-0.6, -0.4), moods=moods(sad=0.9))
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


class FakeAudioFeatures(Moody, audio_rpc.AudioFeaturesServiceServicer):
    """Hears sadness at 92 BPM in A minor, or nothing, or talk and then music."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""
        self.measured: dict[str, Any] = {}

    async def AnalyzeAudio(
        self, request_iterator: AsyncIterator[audio_pb.AnalyzeAudioRequest], context: Context
    ) -> audio_pb.AnalyzeAudioResponse:
        self.heard = b"".join([piece.chunk.data async for piece in request_iterator])
        await self.mood()
        if b"CORRUPT" in self.heard:
            raise unreadable("chunk", "is corrupt")
        if b"SILENT" in self.heard or b"NO SOUND" in self.heard:
            code = "SILENT" if b"SILENT" in self.heard else "NO_SOUND"
            message = evidence_pb2.Bilingual(en="It is silent.", ko="소리가 없습니다.")
            note = evidence_pb2.Note(code=code, message=message)
            return audio_pb.AnalyzeAudioResponse(duration_seconds=3, notes=[note])
        return audio_pb.AnalyzeAudioResponse(
            analysis_id="a",
            duration_seconds=8,
            tempo=audio_pb.Tempo(bpm=92, confidence=0.9),
            key=audio_pb.Key(tonic="A", mode="minor", confidence=0.8),
            embedding=unit("sound", 64),
            moods=moods(sad=0.9),
            affect=affect(-0.6, -0.4),
            features=[audio_pb.FeatureSummary(name="rms")],
            mfcc=audio_pb.Sequence(values=[1.0], dimensions=1),
            model=MODEL,
            **self.kinds(),
        )

    def kinds(self) -> dict[str, Any]:
        """What is heard when; `measured` overrules it."""
        return (TALK_THEN_MUSIC if b"TALK" in self.heard else MUSIC) | self.measured
