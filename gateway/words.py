"""Words and situations as inputs."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.failures import Unanswered, renamed
from gateway.perceived import Given, Perceived, begun
from gateway.progress import InputProgress
from servicekit.errors import ServiceError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


class WordsPerceiver:
    """Perceives texts and situations."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def text(
        self, given: Given, progress: InputProgress, taxonomies: Sequence[str] = ()
    ) -> Perceived:
        """What words mean, told in some vocabularies too."""
        found = begun(given, pb.INPUT_KIND_TEXT)
        try:
            with progress.stage("reading"):
                reading = (await self._clients.read_mood([given.text], taxonomies=taxonomies))[0]
        except Unanswered as failure:
            found.miss(failure)
            return found
        except ServiceError as error:
            raise renamed(error, lambda _: f"{given.path}.text") from error
        _add_reading(found, "text", reading)
        return found

    async def situation(self, given: Given, progress: InputProgress) -> Perceived:
        """What a situation calls for."""
        found = begun(given, pb.INPUT_KIND_SITUATION)
        try:
            with progress.stage("reading"):
                context = await self._clients.read_context(given.situation or mood_pb.Situation())
        except Unanswered as failure:
            found.miss(failure)
            return found
        except ServiceError as error:
            raise renamed(error, lambda name: f"{given.path}.{name}") from error
        found.evidence.phrases.extend(context.phrases)
        if context.HasField("bounds"):
            found.evidence.bounds.CopyFrom(context.bounds)
        _add_reading(found, "situation", context.reading)
        return found


def _add_reading(found: Perceived, kind: str, reading: mood_pb.Reading) -> None:
    """Takes a reading as evidence; one that asks for a change becomes a shift of the others.

    A shift carries only its direction: the words of "but less sad" would pull towards sadness.
    """
    affect = evidence.affect_from(reading.affect)
    is_shift = reading.comparative and affect is not None
    moods = () if is_shift else evidence.moods_from(reading.moods)
    feeling = Feeling(affect, moods, found.given.weight, is_shift=is_shift)
    message = recommender_pb.WeightedEvidence()
    if not is_shift:
        message.text_embedding.extend(reading.text_embedding)
        message.keywords.extend(evidence.searchable(reading.keywords))
    found.say(kind, feeling, message)
    found.add_reading(reading)
    found.evidence.keywords.extend(message.keywords)
    found.settle(feeling)
