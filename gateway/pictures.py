"""Photos as inputs, and what any picture says in tags and words."""

from __future__ import annotations

from dataclasses import replace

from gateway import domain, evidence
from gateway.clients import Clients
from gateway.failures import Unanswered, about_media, outcome
from gateway.perceived import Given, Perceived, begun
from gateway.progress import InputProgress
from gateway.uploads import Upload, in_words
from servicekit.errors import ServiceError
from servicekit.media import too_large
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

SEEN_SHARE = 0.9
"""The part of an input's work that is done once it is seen; the rest is reading."""


class PhotoPerceiver:
    """Perceives photos."""

    def __init__(self, clients: Clients, max_photo_bytes: int) -> None:
        self._clients = clients
        self._max_photo_bytes = max_photo_bytes

    async def perceive(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a photo shows, and the mood of the words for it."""
        found = begun(given, pb.INPUT_KIND_PHOTO)
        if upload.size > self._max_photo_bytes:
            raise too_large(
                given.media_path, in_words(self._max_photo_bytes), in_words(upload.size)
            )
        try:
            with progress.stage("seeing"):
                seen = await self._clients.describe_image(await upload.whole())
        except Unanswered as failure:
            found.miss(failure)
            return found
        except ServiceError as error:
            raise about_media(given.media_path, error) from error
        found.evidence.notes.extend(seen.notes)
        await self._add(found, seen.description, progress)
        return found

    async def _add(
        self, found: Perceived, seen: captioner_pb.Description, progress: InputProgress
    ) -> None:
        found.evidence.description.CopyFrom(seen)
        reading = await read_words(self._clients, found, seen, progress)
        feeling = domain.picture_feeling(
            evidence.affect_from(seen.affect),
            evidence.affect_from(reading.affect),
            evidence.moods_from(reading.moods),
        )
        feeling = replace(feeling, weight=found.given.weight)
        keywords = evidence.keywords_of_tags(seen.tags)
        found.evidence.keywords.extend(keywords)
        message = recommender_pb.WeightedEvidence(
            text_embedding=reading.text_embedding, keywords=keywords
        )
        found.say("photo", feeling, message)
        found.settle(feeling)


async def read_words(
    clients: Clients, found: Perceived, seen: captioner_pb.Description, progress: InputProgress
) -> mood_pb.Reading:
    """The mood of the words for a picture; an empty reading, and a note, if nobody reads them."""
    words = evidence.words_of(seen)
    if not words:
        return mood_pb.Reading()
    with progress.stage("reading", SEEN_SHARE):
        answer = await outcome(clients.read_mood([words], language="en"))
    if isinstance(answer, list):
        found.add_reading(answer[0])
        return answer[0]
    # The words are ours, so their refusal is not the caller's fault.
    found.miss(answer if isinstance(answer, Unanswered) else Unanswered("mood", "faulty"))
    return mood_pb.Reading()
