"""Fake services behind real gRPC servers: small, deterministic, and able to fail on request."""

import asyncio
import hashlib

import grpc

from servicekit.errors import ServiceError, invalid
from servicekit.interception import Context
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.mood.v1 import mood_service_pb2_grpc as mood_rpc
from vts.moods import MOODS
from vts.moods.messages import taxonomy_message

MODEL = evidence_pb2.Model(name="fake", version="1")


def moods(**scores: float) -> list[evidence_pb2.MoodScore]:
    return [evidence_pb2.MoodScore(mood=mood, score=scores.get(mood, 0.0)) for mood in MOODS]


def affect(valence: float, arousal: float, confidence: float = 0.8) -> evidence_pb2.Affect:
    return evidence_pb2.Affect(valence=valence, arousal=arousal, confidence=confidence)


def unit(text: str, size: int) -> list[float]:
    """A vector of length 1 that stands for a text."""
    at = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % size
    return [float(index == at) for index in range(size)]


AWAKE = evidence_pb2.Bounds(
    least_arousal=0.25,
    most_moods=[evidence_pb2.MoodScore(mood="calm", score=0.25)],
    reason=evidence_pb2.Bilingual(
        en="stay awake at the wheel", ko="운전 중에는 깨어 있어야 합니다"
    ),
)
"""What the fake says to whoever drives."""


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


class FakeMood(Moody, mood_rpc.MoodServiceServicer):
    """Finds most words calm, and those with "but" a wish for calm."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.sentences: list[tuple[str, float]] = []
        self.knows_scenes = True
        self.knows_vocabularies = True
        self.embedded: list[str] = []

    async def ReadMood(
        self, request: mood_pb.ReadMoodRequest, context: Context
    ) -> mood_pb.ReadMoodResponse:
        await self.mood()
        self.texts += request.texts
        if request.language == "fr":
            raise invalid("language", "must be one of en, ko, or empty to detect it")
        readings = [self.reading(text) for text in request.texts]
        for reading in readings if self.knows_vocabularies else ():
            reading.taxonomies.extend(
                taxonomy_message(name, {}, measured=True) for name in request.taxonomies
            )
        return mood_pb.ReadMoodResponse(readings=readings)

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
        answer = mood_pb.ReadContextResponse(reading=self.reading("night"), phrases=[phrase])
        if request.situation.activity == "driving":
            answer.bounds.CopyFrom(AWAKE)
        return answer

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
        is_lively = text.startswith("A dog")
        felt = affect(0.0, -0.6) if "but" in text else affect(0.4, -0.6)
        return mood_pb.Reading(
            language="en",
            moods=moods(joyful=0.9) if is_lively else moods(calm=0.8, dreamy=0.6),
            affect=affect(0.8, 0.6) if is_lively else felt,
            keywords=[evidence_pb2.Keyword(text="quiet", weight=1, language="en")],
            text_embedding=unit(text, 384),
            understood_as=text,
            model=MODEL,
            comparative="but" in text,
        )


def full(queue: str = "vision") -> ServiceError:
    """What a busy service answers."""
    return ServiceError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_QUEUE_FULL,
        f"the {queue} queue is full",
        retry_after_seconds=0.01,
    )
