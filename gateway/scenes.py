"""The scenes of a video put in words, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway import domain, evidence
from gateway.domain import Affect, Feeling, Moods
from gateway.soundtrack import Soundtrack
from gateway.spans import Span
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb

MAX_SENTENCES = 200
"""How many sentences the mood service summarises at a time; the weightiest are kept."""

_SENTENCE_CHARACTERS = 500
_SCENE_KEYWORDS = 8
_LEAST_CONFIDENCE = 0.05  # an unsure sentence still says more than none, and 0 is not a weight
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said of a scene; it weighs the seconds it stands for times its confidence."""

    scene: int
    text: str
    weight: float


def sentences_of(scenes: Sequence[captioner_pb.Scene]) -> list[Sentence]:
    """What the scenes show, in English and in order; at most `MAX_SENTENCES`."""
    every = [sentence for at, scene in enumerate(scenes) for sentence in _sentences(at, scene)]
    if len(every) <= MAX_SENTENCES:
        return every
    least = sorted((each.weight for each in every), reverse=True)[MAX_SENTENCES - 1]
    return [each for each in every if each.weight >= least][:MAX_SENTENCES]


def _sentences(at: int, scene: captioner_pb.Scene) -> Iterator[Sentence]:
    """The captions of a scene, which share its seconds; the surest goes with what else is seen."""
    whole = scene.description
    said = [(each.sentence.en, each.confidence) for each in scene.captions if each.sentence.en]
    said = sorted(said, key=lambda each: -each[1]) or [(whole.caption.en, whole.caption_confidence)]
    seconds = max(Span.of(scene).seconds, _LEAST_SECONDS) / len(said)
    for rank, (caption, confidence) in enumerate(said):
        text = caption if rank else evidence.with_tags(caption, whole.tags)
        weight = seconds * max(confidence, _LEAST_CONFIDENCE)
        if text:
            yield Sentence(at, text[:_SENTENCE_CHARACTERS], weight)


@dataclass(frozen=True, slots=True)
class Readings:
    """What the mood service makes of a video's sentences; without a summary nothing is known."""

    sentences: Sequence[Sentence] = ()
    summary: mood_pb.SummarizeSentencesResponse | None = None

    def of_scene(self, at: int) -> tuple[Affect | None, Moods]:
        """How the words for one scene feel, each sentence by its weight."""
        readings = self.summary.readings if self.summary else ()
        own = [
            (reading, sentence.weight)
            for sentence, reading in zip(self.sentences, readings, strict=False)
            if sentence.scene == at
        ]
        affects = [(evidence.affect_from(reading.affect), weight) for reading, weight in own]
        return domain.joined_affect(affects), domain.joined_moods(
            (evidence.moods_from(reading.moods), weight) for reading, weight in own
        )

    def keywords_in(self, at: int) -> list[evidence_pb2.Keyword]:
        """Those keywords of the whole that are said of one scene."""
        said = " ".join(each.text for each in self.sentences if each.scene == at).casefold()
        words = set(re.findall(r"\w+", said))
        found = self.summary.keywords if self.summary else ()
        return [each for each in found if words.issuperset(each.text.casefold().split())]


def picture_feelings(scenes: Sequence[captioner_pb.Scene], readings: Readings) -> list[Feeling]:
    """How each scene feels to the eye, from its look and its words, weighing its seconds."""
    return [
        replace(
            domain.picture_feeling(
                evidence.affect_from(scene.description.affect), *readings.of_scene(at)
            ),
            weight=Span.of(scene).seconds,
        )
        for at, scene in enumerate(scenes)
    ]


def meanings(
    scenes: Sequence[captioner_pb.Scene], readings: Readings, sound: Soundtrack | None
) -> list[pb.SceneMeaning]:
    """What each scene means, seen and heard."""
    found = []
    for at, (scene, seen) in enumerate(
        zip(scenes, picture_feelings(scenes, readings), strict=True)
    ):
        span = Span.of(scene)
        heard = [sound.feeling_in(span)] if sound else []
        feeling = domain.together([replace(seen, weight=1.0), *heard])
        found.append(
            pb.SceneMeaning(
                moods=evidence.moods_to(feeling.moods),
                affect=evidence.affect_to(feeling.affect),
                keywords=_keywords(scene, readings.keywords_in(at)),
                sound_kind=sound.kind_in(span) if sound else audio_pb.SOUND_KIND_UNSPECIFIED,
            )
        )
    return found


def _keywords(
    scene: captioner_pb.Scene, said: Sequence[evidence_pb2.Keyword]
) -> list[evidence_pb2.Keyword]:
    seen = evidence.keywords_of_tags(scene.description.tags)
    known = korean_names([scene])
    return evidence.weightiest([*translated(said, known), *seen], _SCENE_KEYWORDS)


def korean_names(scenes: Sequence[captioner_pb.Scene]) -> dict[str, str]:
    """The Korean words for what is seen in scenes, by the English ones."""
    tags = (tag for scene in scenes for tag in scene.description.tags)
    return {tag.name.casefold(): tag.korean_name for tag in tags if tag.korean_name}


def translated(
    words: Sequence[evidence_pb2.Keyword], korean: dict[str, str]
) -> list[evidence_pb2.Keyword]:
    """English keywords, each with its Korean word after it where that is known."""
    found = []
    for word in words:
        found.append(word)
        if name := korean.get(word.text.casefold()):
            found.append(evidence_pb2.Keyword(text=name, weight=word.weight, language="ko"))
    return found
