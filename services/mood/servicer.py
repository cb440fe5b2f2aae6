"""The mood service's gRPC face: messages in, one domain call, messages out."""

# ruff: noqa: ARG002  # gRPC passes a request and a context, needed or not.

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from servicekit.errors import invalid
from servicekit.interception import Context
from services.mood.domain import (
    Affect,
    Bilingual,
    FieldError,
    Keyword,
    MissingError,
    Model,
    NoteCode,
    Reading,
    Sentence,
    Summary,
)
from services.mood.reading import SITUATION_MODEL, MoodReading
from services.mood.rules import Conflict, Rule
from services.mood.sensing import Bounds, SituationSense
from services.mood.situations import Cabin, Situation
from services.mood.vocabularies import checked_taxonomies, told_in
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2 as evidence
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc
from vts.moods import MOODS
from vts.moods.messages import taxonomy_message

NOTES = {
    NoteCode.LITTLE_UNDERSTOOD: Bilingual(
        "Few of the words were understood, so the mood is a guess.",
        "알아들은 낱말이 적어 짐작한 분위기입니다.",
    ),
    NoteCode.MOOD_FALLBACK: Bilingual(
        "The language model did not answer as it should, so the built-in reader read the mood.",
        "언어 모델이 제대로 답하지 않아 기본 모델로 분위기를 읽었습니다.",
    ),
}


class MoodServicer(rpc.MoodServiceServicer):
    """Checks and translates; what a text feels like is the `MoodReading`'s business."""

    def __init__(self, reading: MoodReading) -> None:
        self._reading = reading

    async def ReadMood(self, request: pb.ReadMoodRequest, context: Context) -> pb.ReadMoodResponse:
        """Reads the mood of texts."""
        with told_as_invalid():
            wanted = checked_taxonomies(request.taxonomies)
            readings = await self._reading.read(request.texts, request.language)
        told = partial(readings_to_pb, readings, self._reading.model, wanted)
        # To tell 64 readings in all vocabularies takes a tenth of a second.
        return pb.ReadMoodResponse(readings=await asyncio.to_thread(told) if wanted else told())

    async def ReadContext(
        self, request: pb.ReadContextRequest, context: Context
    ) -> pb.ReadContextResponse:
        """Reads what a situation calls for."""
        with told_as_invalid():
            wanted = checked_taxonomies(request.taxonomies)
            situation = situation_from_pb(request.situation)
            reading, sensed = await self._reading.read_situation(situation)
        return context_to_pb(reading, sensed, wanted)

    async def SummarizeSentences(
        self, request: pb.SummarizeSentencesRequest, context: Context
    ) -> pb.SummarizeSentencesResponse:
        """Sums up sentences."""
        with told_as_invalid():
            sentences = [sentence_from_pb(sentence) for sentence in request.sentences]
            found = await self._reading.summarize(sentences)
        return summary_to_pb(found, self._reading.model)

    async def EmbedTexts(
        self, request: pb.EmbedTextsRequest, context: Context
    ) -> pb.EmbedTextsResponse:
        """Embeds texts."""
        with told_as_invalid():
            vectors = await self._reading.embed(request.texts, request.language)
        return pb.EmbedTextsResponse(
            embeddings=[pb.TextEmbedding(values=vector.tolist()) for vector in vectors],
            model=model_to_pb(self._reading.model),
        )


@contextmanager
def told_as_invalid() -> Iterator[None]:
    """Tells a caller about a field that cannot be read."""
    try:
        yield
    except FieldError as error:
        missing = isinstance(error, MissingError)
        reason = (
            ErrorReason.ERROR_REASON_INPUT_MISSING
            if missing
            else ErrorReason.ERROR_REASON_FIELD_INVALID
        )
        raise invalid(error.field, error.description, reason=reason) from error


def situation_from_pb(message: pb.Situation) -> Situation:
    """The situation of a message; a field that is not set is None."""
    told = {field.name: value for field, value in message.ListFields() if field.name != "cabin"}
    cabin = {field.name: value for field, value in message.cabin.ListFields()}
    return Situation(**told, cabin=Cabin(**cabin) if cabin else None)


def sentence_from_pb(message: pb.WeightedSentence) -> Sentence:
    """The sentence of a message; one without a weight counts 1."""
    return Sentence(message.text, message.weight if message.HasField("weight") else 1.0)


def summary_to_pb(summary: Summary, model: Model) -> pb.SummarizeSentencesResponse:
    """The message of a summary; the readings of single sentences lose keywords and vectors."""
    bare = [
        replace(each, keywords=(), embedding=np.empty(0, np.float32)) for each in summary.readings
    ]
    return pb.SummarizeSentencesResponse(
        keywords=keywords_to_pb(summary.keywords),
        groups=[
            pb.SentenceGroup(
                sentences=group.sentences,
                central_sentence=group.central,
                share=group.share,
                keywords=keywords_to_pb(group.keywords),
            )
            for group in summary.groups
        ],
        readings=[reading_to_pb(each, model) for each in bare],
        whole=reading_to_pb(summary.whole, model),
        sentence_ranks=summary.ranks,
    )


def keywords_to_pb(keywords: Sequence[Keyword]) -> list[evidence.Keyword]:
    """The messages of keywords."""
    return [
        evidence.Keyword(text=word.text, weight=word.weight, language=word.language)
        for word in keywords
    ]


def reading_to_pb(reading: Reading, model: Model, taxonomies: Sequence[str] = ()) -> pb.Reading:
    """The message of a reading, told in the vocabularies too that were asked for."""
    told = [told_in(taxonomy, reading) for taxonomy in taxonomies]
    return pb.Reading(
        language=reading.language,
        moods=moods_to_pb(reading.moods),
        affect=affect_to_pb(reading.affect),
        keywords=keywords_to_pb(reading.keywords),
        text_embedding=reading.embedding.tolist(),
        understood_as=reading.understood_as,
        model=model_to_pb(model),
        notes=[note_to_pb(note) for note in reading.notes],
        comparative=reading.comparative,
        taxonomies=[
            taxonomy_message(each.taxonomy, each.scores, measured=each.measured) for each in told
        ],
        reason=bilingual_to_pb(reading.reason) if reading.reason else None,
    )


def readings_to_pb(
    readings: Sequence[Reading], model: Model, taxonomies: Sequence[str]
) -> list[pb.Reading]:
    """The messages of readings of one model."""
    return [reading_to_pb(each, model, taxonomies) for each in readings]


def affect_to_pb(affect: Affect) -> evidence.Affect:
    """The message of a point; dominance is set where it was read."""
    return evidence.Affect(
        valence=affect.valence,
        arousal=affect.arousal,
        confidence=affect.confidence,
        dominance=affect.dominance,
    )


def moods_to_pb(scores: Sequence[float]) -> list[evidence.MoodScore]:
    """The 13 moods with their scores, in their fixed order."""
    return [
        evidence.MoodScore(mood=mood, score=score)
        for mood, score in zip(MOODS, scores, strict=True)
    ]


def context_to_pb(
    reading: Reading, sensed: SituationSense, taxonomies: Sequence[str] = ()
) -> pb.ReadContextResponse:
    """The message of a situation's reading, with what said so."""
    answer = pb.ReadContextResponse(
        reading=reading_to_pb(reading, SITUATION_MODEL, taxonomies),
        phrases=[phrase_to_pb(rule) for rule in sensed.rules],
        bounds=bounds_to_pb(sensed.bounds) if sensed.bounds else None,
    )
    answer.reading.notes.extend(conflict_to_pb(each) for each in sensed.conflicts)
    return answer


def phrase_to_pb(rule: Rule) -> pb.Phrase:
    """What a rule says."""
    return pb.Phrase(
        text=bilingual_to_pb(rule.text),
        reason=bilingual_to_pb(rule.reason),
        rule=rule.name,
    )


def bounds_to_pb(bounds: Bounds) -> evidence.Bounds:
    """How far the music may go; a limit that limits nothing is not set."""
    limits = bounds.limits
    message = evidence.Bounds(
        most_moods=[
            evidence.MoodScore(mood=mood, score=most) for mood, most in limits.most_moods.items()
        ],
        reason=bilingual_to_pb(bounds.reason),
    )
    if limits.least_arousal > -1.0:
        message.least_arousal = limits.least_arousal
    if limits.most_arousal < 1.0:
        message.most_arousal = limits.most_arousal
    return message


def conflict_to_pb(conflict: Conflict) -> evidence.Note:
    """What did not go together, and what was believed."""
    message = bilingual_to_pb(conflict.text)
    return evidence.Note(code="UNLIKELY_SITUATION", message=message, subject=conflict.name)


def note_to_pb(code: NoteCode) -> evidence.Note:
    """A note in both languages."""
    message = bilingual_to_pb(NOTES[code])
    return evidence.Note(code=code.value, message=message, subject="mood")


def bilingual_to_pb(words: Bilingual) -> evidence.Bilingual:
    """The message of words in both languages."""
    return evidence.Bilingual(en=words.en, ko=words.ko)


def model_to_pb(model: Model) -> evidence.Model:
    """The model's message."""
    return evidence.Model(name=model.name, version=model.version)
