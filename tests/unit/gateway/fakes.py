"""Fake services behind real gRPC servers: small, deterministic, and able to fail on request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

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


RUNNING_DOG = captioner_pb.Description(
    tags=[captioner_pb.Tag(name="dog", korean_name="개", score=0.8)],
    affect=affect(0.7, 0.8, 0.6),
    model=MODEL,
)


def scene(
    start: float, end: float, en: str, ko: str, description: captioner_pb.Description
) -> captioner_pb.Scene:
    """A scene with one caption."""
    caption = captioner_pb.SceneCaption(
        at_seconds=start, sentence=evidence_pb2.Bilingual(en=en, ko=ko), confidence=0.5
    )
    return captioner_pb.Scene(
        start_seconds=start,
        end_seconds=end,
        description=description,
        captions=[caption],
        motion=0.4,
        brightness=0.6,
    )


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
    """Sees a beach in everything; in a video a dog too, once it `may_go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = b""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
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
        self.scenes = [
            scene(0, 3, "Waves on a beach", "해변에 파도가 친다", self.description),
            scene(3, 4, "A dog runs on grass", "개가 잔디 위를 달린다", RUNNING_DOG),
        ]

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
        for count, scene in enumerate(self.scenes, 1):
            progress = captioner_pb.VideoProgress(fraction=count / len(self.scenes))
            yield captioner_pb.DescribeVideoResponse(progress=progress)
            yield captioner_pb.DescribeVideoResponse(scene=scene)
            await self.may_go_on.wait()
        yield captioner_pb.DescribeVideoResponse(video=self.video())

    def video(self) -> captioner_pb.VideoDescription:
        described = 2.5 if b"CUT" in self.seen else 4.0
        cut = evidence_pb2.Bilingual(en="It was cut off.", ko="잘렸습니다.")
        notes = [evidence_pb2.Note(code="TRUNCATED", message=cut)] if described < 4 else []
        return captioner_pb.VideoDescription(
            description=self.description,
            scenes=self.scenes,
            duration_seconds=4,
            described_seconds=described,
            has_sound=True,
            motion=evidence_pb2.Curve(values=[0.1, 0.1, 0.8, 0.8], step_seconds=1),
            brightness=evidence_pb2.Curve(values=[0.7, 0.7, 0.4, 0.4], step_seconds=1),
            notes=notes,
        )


class FakeMood(Moody, mood_rpc.MoodServiceServicer):
    """Finds most words calm, and those with "but" a wish for calm."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.sentences: list[tuple[str, float]] = []
        self.knows_scenes = True
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

    async def SummarizeSentences(
        self, request: mood_pb.SummarizeSentencesRequest, context: Context
    ) -> mood_pb.SummarizeSentencesResponse:
        if not self.knows_scenes:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, "Method not found!")
        await self.mood()
        self.sentences += [(each.text, each.weight) for each in request.sentences]
        texts = [each.text for each in request.sentences]
        return mood_pb.SummarizeSentencesResponse(
            keywords=[
                evidence_pb2.Keyword(text="dog", weight=1, language="en"),
                evidence_pb2.Keyword(text="waves", weight=0.6, language="en"),
            ],
            groups=[mood_pb.SentenceGroup(sentences=range(len(texts)), share=1)],
            readings=[self.reading(text) for text in texts],
            whole=self.reading(" ".join(texts)),
        )

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
            moods=moods(joyful=0.9) if text.startswith("A dog") else moods(calm=0.8, dreamy=0.6),
            affect=affect(0.0, -0.6) if "but" in text else affect(0.4, -0.6),
            keywords=[evidence_pb2.Keyword(text="quiet", weight=1, language="en")],
            text_embedding=unit(text, 384),
            understood_as=text,
            model=MODEL,
            comparative="but" in text,
        )


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
            **(TALK_THEN_MUSIC if b"TALK" in self.heard else MUSIC),
        )


def full(queue: str = "vision") -> ServiceError:
    """What a busy service answers."""
    return ServiceError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_QUEUE_FULL,
        f"the {queue} queue is full",
        retry_after_seconds=0.01,
    )
