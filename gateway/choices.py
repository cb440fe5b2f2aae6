"""What listeners choose from the catalogue as inputs: songs, and groups of songs."""

from __future__ import annotations

from gateway import domain, evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.grouping import Groups
from gateway.perceived import Given, Perceived, begun
from gateway.progress import InputProgress
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


class ChoicePerceiver:
    """Perceives songs and groups of the catalogue."""

    def __init__(self, clients: Clients, groups: Groups) -> None:
        self._clients = clients
        self._groups = groups

    async def track(self, given: Given, progress: InputProgress) -> Perceived:
        """What a song is like; the recommender takes it as a seed.

        Raises:
            ServiceError: No song has the id, or the recommender did not answer.
        """
        found = begun(given, pb.INPUT_KIND_TRACK)
        with progress.stage("reading"):
            track = await self._clients.track(given.track_id, f"{given.path}.track_id")
        found.seed_id = track.id
        found.evidence.track.CopyFrom(track)
        moods = evidence.moods_from(track.moods)
        affect = evidence.affect_from(track.affect) or domain.affect_of(moods)
        found.settle(Feeling(affect, moods, given.weight))
        return found

    async def group(self, given: Given, progress: InputProgress) -> Perceived:
        """What a group is like: the centre of its sound, and what it feels like in the mean.

        Raises:
            ServiceError: No group has the id, or the recommender did not answer.
        """
        found = begun(given, pb.INPUT_KIND_GROUP)
        with progress.stage("reading"):
            group = await self._groups.named(given.group_id, f"{given.path}.group_id")
        found.group_id = group.id
        found.evidence.group.CopyFrom(group)
        found.evidence.group.ClearField("audio_embedding")
        moods = evidence.moods_from(group.moods)
        feeling = Feeling(evidence.affect_from(group.affect), moods, given.weight)
        message = recommender_pb.WeightedEvidence(
            audio_embedding=group.audio_embedding, keywords=evidence.searchable(group.tags)
        )
        found.say("group", feeling, message)
        found.evidence.keywords.extend(message.keywords)
        found.settle(feeling)
        return found
