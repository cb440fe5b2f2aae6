"""Fake services behind real gRPC servers: small, deterministic, and able to fail on request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import grpc

from servicekit.errors import ServiceError, invalid
from servicekit.interception import Context
from servicekit.media import unreadable
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as audio_rpc
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.captioner.v1 import captioner_service_pb2_grpc as captioner_rpc
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.mood.v1 import mood_service_pb2_grpc as mood_rpc
from vts.moods import MOODS

MODEL = evidence_pb2.Model(name="fake", version="1")


def moods(**scores: float) -> list[evidence_pb2.MoodScore]:
    return [evidence_pb2.MoodScore(mood=mood, score=scores.get(mood, 0.0)) for mood in MOODS]


def affect(valence: float, arousal: float, confidence: float = 0.8) -> evidence_pb2.Affect:
    return evidence_pb2.Affect(valence=valence, arousal=arousal, confidence=confidence)


def unit(text: str, size: int) -> list[float]:
    """A vector of length 1 that stands for a text."""
    at = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % size
    return [float(index == at) for index in range(size)]


class Moody:
    """Something that can be told to fail or to hang."""

    def __init__(self) -> None:
        self.failure: ServiceError | None = None
        self.failures_left = 10**9
        self.hangs = False
        self.calls = 0

    async def mood(self) -> None:
        self.calls += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure and self.failures_left > 0:
            self.failures_left -= 1
            raise self.failure


class FakeCaptioner(Moody, captioner_rpc.CaptionerServiceServicer):
    """Sees a beach in everything."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = b""
        self.description = captioner_pb.Description(
            caption=evidence_pb2.Bilingual(en="Waves on a beach", ko="해변에 파도가 친다"),
            caption_confidence=0.9,
            tags=[
                captioner_pb.Tag(
                    name="beach",
                    korean_name="해변",
                    score=0.9,
                    kind=captioner_pb.TAG_KIND_SCENE,
                ),
                captioner_pb.Tag(
                    name="sunset",
                    korean_name="노을",
                    score=0.7,
                    kind=captioner_pb.TAG_KIND_ATTRIBUTE,
                ),
            ],
            affect=affect(0.5, -0.7, 0.6),
            model=MODEL,
        )

    async def DescribeImage(
        self, request: captioner_pb.DescribeImageRequest, context: Context
    ) -> captioner_pb.DescribeImageResponse:
        await self.mood()
        self.seen = request.image
        if b"CORRUPT" in request.image:
            raise unreadable("image", "is corrupt")
        return captioner_pb.DescribeImageResponse(description=self.description)

    async def DescribeVideo(
        self,
        request_iterator: AsyncIterator[captioner_pb.DescribeVideoRequest],
        context: Context,
    ) -> AsyncIterator[captioner_pb.DescribeVideoResponse]:
        await self.mood()
        self.seen = b"".join([piece.chunk.data async for piece in request_iterator])
        if b"NO PICTURES" in self.seen:
            raise unreadable("chunk", "has no pictures")
        scene = captioner_pb.Scene(start_seconds=0, end_seconds=2, description=self.description)
        progress = captioner_pb.VideoProgress(fraction=0.5, seconds_seen=1)
        yield captioner_pb.DescribeVideoResponse(progress=progress)
        yield captioner_pb.DescribeVideoResponse(scene=scene)
        video = captioner_pb.VideoDescription(
            description=self.description, scenes=[scene, scene], duration_seconds=4, has_sound=True
        )
        yield captioner_pb.DescribeVideoResponse(video=video)


class FakeMood(Moody, mood_rpc.MoodServiceServicer):
    """Finds most words calm, and those with "but" a wish for calm."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.embedded: list[str] = []

    async def ReadMood(
        self, request: mood_pb.ReadMoodRequest, context: Context
    ) -> mood_pb.ReadMoodResponse:
        await self.mood()
        self.texts += request.texts
        return mood_pb.ReadMoodResponse(readings=[self.reading(text) for text in request.texts])

    async def ReadContext(
        self, request: mood_pb.ReadContextRequest, context: Context
    ) -> mood_pb.ReadContextResponse:
        await self.mood()
        if request.situation.weather == "meatballs":
            raise invalid("situation.weather", "is not known")
        phrase = mood_pb.Phrase(
            text=evidence_pb2.Bilingual(en="late at night", ko="늦은 밤"),
            reason=evidence_pb2.Bilingual(en="people wind down", ko="쉬는 시간입니다"),
            rule="night",
        )
        return mood_pb.ReadContextResponse(reading=self.reading("night"), phrases=[phrase])

    async def EmbedTexts(
        self, request: mood_pb.EmbedTextsRequest, context: Context
    ) -> mood_pb.EmbedTextsResponse:
        await self.mood()
        self.embedded += request.texts
        embeddings = [mood_pb.TextEmbedding(values=unit(text, 384)) for text in request.texts]
        return mood_pb.EmbedTextsResponse(embeddings=embeddings, model=MODEL)

    def reading(self, text: str) -> mood_pb.Reading:
        return mood_pb.Reading(
            language="en",
            moods=moods(calm=0.8, dreamy=0.6),
            affect=affect(0.0, -0.6) if "but" in text else affect(0.4, -0.6),
            keywords=[evidence_pb2.Keyword(text="quiet", weight=1, language="en")],
            text_embedding=unit(text, 384),
            understood_as=text,
            model=MODEL,
            comparative="but" in text,
        )


class FakeAudioFeatures(Moody, audio_rpc.AudioFeaturesServiceServicer):
    """Hears sadness at 92 BPM in A minor, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""

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
        )


def full(queue: str = "vision") -> ServiceError:
    """What a busy service answers."""
    return ServiceError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_QUEUE_FULL,
        f"the {queue} queue is full",
        retry_after_seconds=0.01,
    )
