"""Duplicates: songs of an import whose music the catalogue has already, and how that was found.

Likeness alone is told and never acted on: two takes of a song are two songs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from statistics import median

from gateway.clients import Clients
from gateway.drafts import Draft
from gateway.failures import Unanswered
from gateway.identifying import SURE
from gateway.patience import patiently
from gateway.sequences import cut
from gateway.spans import Span, clock
from servicekit.errors import ServiceError
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.korean import with_particle
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

_log = logging.getLogger(__name__)

MAX_DUPLICATES = 5
"""How many others are told."""

PLACES = 12
"""At how many places, from beginning to end, two sounds are held against each other."""

PLACE_SECONDS = 10.0
"""How long the stretch at a place is."""

LEAST_SHARE = 0.75
"""The share of places that must match: music that repeats itself matches elsewhere as well."""

LEAST_COSINE = 0.9
"""How near its nearest stretch must lie for a song to be held against another at all."""

LENGTH_SECONDS = 2.0
"""By how much the lengths of one recording may differ: formats pad, and silence is cut."""

DRIFT_SECONDS = 0.75
"""By how much a place may be off from where the other places are."""

_PROBES = 3
_CANDIDATES = 8
_SAME_SOUND = evidence_pb2.Bilingual(
    en="The decoded sound is the same, sample by sample.",
    ko="풀어 낸 소리가 표본 하나까지 똑같습니다.",
)


class DuplicateFinder:
    """Finds the songs that are there already under another id.

    Args:
        clients: The services.
        listening: Has a place for each song held against others at a time, by all imports
            together, so that audio_features has room for what people ask.
    """

    def __init__(self, clients: Clients, listening: asyncio.Semaphore) -> None:
        self._clients = clients
        self._listening = listening

    async def same_sound(self, drafts: Sequence[Draft]) -> None:
        """Notes songs with the same decoded sound, in the catalogue or before it in the batch.

        Raises:
            Unanswered: The recommender did not answer.
        """
        heard = [draft for draft in drafts if draft.track.sound_digest]
        if not heard:
            return
        digests = dict.fromkeys(draft.track.sound_digest for draft in heard)
        answer = await self._clients.get_tracks(sound_digests=digests)
        first: dict[str, Draft] = {}
        for draft in heard:
            digest = draft.track.sound_digest
            twins = [each.track for each in answer.tracks if each.track.sound_digest == digest]
            if digest in first:
                draft.twin = first[digest]
                twins.append(draft.twin.track)
            first.setdefault(digest, draft)
            others = {twin.id: twin for twin in twins if twin.id != draft.id}
            for twin in list(others.values())[:MAX_DUPLICATES]:
                draft.duplicates.append(
                    _duplicate(twin, pb.DUPLICATE_KIND_SAME_SOUND, 1.0, _SAME_SOUND)
                )

    async def same_recording(self, drafts: Sequence[Draft]) -> None:
        """Notes songs, stored before, that are heard as the same recording throughout.

        It is only told, so a service that fails leaves it untold.
        """
        later = {draft.id: draft.index for draft in drafts}

        async def look(draft: Draft) -> None:
            known = {each.track_id for each in draft.duplicates}
            after = {song for song, index in later.items() if index >= draft.index}
            try:
                await self._look(draft, known | after)
            except (Unanswered, ServiceError) as failure:
                _log.warning("duplicates were not looked for", extra={"why": str(failure)})

        await asyncio.gather(*(look(draft) for draft in drafts if draft.vectors.windows))

    async def _look(self, draft: Draft, known: set[str]) -> None:
        """Holds a song against those that are as long and have a stretch very much like it."""
        request = recommender_pb.FindWindowsRequest(limit=_CANDIDATES)
        for window in _spread(draft.vectors.windows, _PROBES):
            request.embeddings.add(values=window.values)
        hits = (await patiently(lambda: self._clients.find_windows(request))).hits
        near = {
            hit.track.sound_id: hit.track
            for hit in hits
            if hit.score >= LEAST_COSINE
            and hit.track.sound_id
            and hit.track.id not in known
            and abs(hit.track.duration_seconds - draft.track.duration_seconds) <= LENGTH_SECONDS
        }
        if near and draft.analysis:
            async with self._listening:
                found = await self._held_against(draft.analysis, list(near))
            for sound_id, matches in found.items():
                _tell(draft, near[sound_id], matches)

    async def _held_against(
        self, heard: audio_pb.AnalyzeAudioResponse, sound_ids: Sequence[str]
    ) -> dict[str, list[tuple[float, audio_pb.AudioMatch | None]]]:
        """For each sound: every place of the song, and where in the sound it was found, if so."""
        found: dict[str, list[tuple[float, audio_pb.AudioMatch | None]]] = {
            sound_id: [] for sound_id in sound_ids
        }
        for place in _places(heard):
            request = audio_pb.MatchAudioRequest(
                mfcc=cut(heard.mfcc, place), chroma=cut(heard.chroma, place), limit=len(sound_ids)
            )
            for sound_id in sound_ids:
                request.candidates.add(analysis_id=sound_id, near_seconds=[place.start])
            answer = await patiently(partial(self._clients.match_audio, request))
            matches = {match.analysis_id: match for match in answer.matches}
            for sound_id in sound_ids:
                found[sound_id].append((place.start, matches.get(sound_id)))
        return found


def _places(heard: audio_pb.AnalyzeAudioResponse) -> list[Span]:
    """Stretches of the song from beginning to end, as far as its sequence goes."""
    frames = len(heard.mfcc.values) // max(1, heard.mfcc.dimensions)
    if not frames or not heard.chroma.values:
        return []
    seconds = min(frames * heard.mfcc.step_seconds, heard.duration_seconds)
    room = seconds - PLACE_SECONDS
    if room < 1:
        return [Span(0.0, seconds)]
    return [
        Span(start, start + PLACE_SECONDS)
        for start in (room * place / (PLACES - 1) for place in range(PLACES))
    ]


def _tell(
    draft: Draft,
    other: track_pb2.Track,
    places: Sequence[tuple[float, audio_pb.AudioMatch | None]],
) -> None:
    """Adds a duplicate if enough places match, all of them as far from each other as they are."""
    sure = [(at, match) for at, match in places if match and match.confidence >= SURE]
    if not sure:
        return
    shift = median(match.start_seconds - at for at, match in sure)
    fitting = [
        match
        for at, match in sure
        if abs(match.start_seconds - at - shift) <= DRIFT_SECONDS and abs(shift) <= LENGTH_SECONDS
    ]
    if len(fitting) < LEAST_SHARE * len(places) or len(draft.duplicates) >= MAX_DUPLICATES:
        return
    confidence = sum(match.confidence for match in fitting) / len(places)
    lengths = clock(draft.track.duration_seconds), clock(other.duration_seconds)
    reason = _in_time(lengths, len(fitting), len(places))
    draft.duplicates.append(_duplicate(other, pb.DUPLICATE_KIND_SAME_RECORDING, confidence, reason))


def _in_time(lengths: tuple[str, str], fitting: int, places: int) -> evidence_pb2.Bilingual:
    own, other = lengths
    matching = "place matches" if places == 1 else "places match"
    return evidence_pb2.Bilingual(
        en=f"{own} against {other}; {fitting} of {places} {matching} in time.",
        ko=f"길이가 {with_particle(own, '과/와')} {other}이고, "
        f"{places}곳 가운데 {fitting}곳이 같은 시점에서 일치합니다.",
    )


def _spread(
    windows: Sequence[track_pb2.WindowVector], most: int
) -> Iterable[track_pb2.WindowVector]:
    """Some windows, spread over all."""
    count = min(most, len(windows))
    return [windows[(2 * index + 1) * len(windows) // (2 * count)] for index in range(count)]


def _duplicate(
    track: track_pb2.Track,
    kind: pb.DuplicateKind,
    confidence: float,
    reason: evidence_pb2.Bilingual,
) -> pb.Duplicate:
    return pb.Duplicate(
        track_id=track.id,
        title=track.title,
        artists=track.artists,
        kind=kind,
        confidence=confidence,
        reason=reason,
    )
