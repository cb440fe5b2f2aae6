"""What one input was given as, and what it turned out to say."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway import evidence
from gateway.domain import Feeling
from gateway.failures import Unanswered
from gateway.spans import Span
from gateway.uploads import Upload
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


@dataclass(frozen=True, slots=True)
class Given:
    """One input as it was given: exactly one of the five, and how much it counts."""

    index: int
    weight: float = 1.0
    media: Upload | None = None
    text: str = ""
    situation: mood_pb.Situation | None = None
    track_id: str = ""
    group_id: str = ""

    @property
    def path(self) -> str:
        """Where it stands in the request, for errors."""
        return f"inputs[{self.index}]"

    @property
    def media_path(self) -> str:
        """Where its media stands in the request."""
        return f"{self.path}.media"


@dataclass(slots=True)
class Voice:
    """One thing an input says to the recommender; `kind` begins its label."""

    kind: str
    message: recommender_pb.WeightedEvidence
    feeling: Feeling


@dataclass(slots=True)
class Perceived:
    """All that one input says; `voices` is empty if it said nothing.

    One that `talks` wants music without words, whatever else it says. `stretches` are where songs
    are most like a clip, by id. `group_id` lets only songs of one group appear.
    """

    given: Given
    evidence: pb.InputEvidence
    voices: list[Voice] = field(default_factory=list)
    seed_id: str = ""
    group_id: str = ""
    stretches: dict[str, Span] = field(default_factory=dict)
    talks: bool = False
    unanswered: list[Unanswered] = field(default_factory=list)

    def miss(self, failure: Unanswered) -> None:
        """Goes on without a service, and says so."""
        self.unanswered.append(failure)
        self.evidence.notes.append(failure.note())

    def say(self, kind: str, feeling: Feeling, message: recommender_pb.WeightedEvidence) -> None:
        """Adds a voice; its feeling also goes into the message."""
        message.weight = feeling.weight
        message.moods.extend(evidence.moods_to(feeling.moods))
        if affect := evidence.affect_to(feeling.affect):
            message.affect.CopyFrom(affect)
        message.is_shift = feeling.is_shift
        self.voices.append(Voice(kind, message, feeling))

    def add_reading(self, reading: mood_pb.Reading) -> None:
        """Shows what words were taken to mean, without the vector, which is for services.

        What they mean in other vocabularies stands with the input itself.
        """
        self.evidence.reading.CopyFrom(reading)
        self.evidence.reading.ClearField("text_embedding")
        self.evidence.reading.ClearField("taxonomies")
        self.evidence.taxonomies.extend(reading.taxonomies)
        self.evidence.notes.extend(reading.notes)

    def settle(self, feeling: Feeling) -> None:
        """Shows what the input as a whole was taken to feel like."""
        self.evidence.moods.extend(evidence.moods_to(feeling.moods))
        if affect := evidence.affect_to(feeling.affect):
            self.evidence.affect.CopyFrom(affect)


def begun(given: Given, kind: pb.InputKind) -> Perceived:
    """An input of which only the kind is known so far."""
    return Perceived(
        given, pb.InputEvidence(input_index=given.index, kind=kind, weight=given.weight)
    )
