"""Identifying: which song of the catalogue a clip was recorded from, and where in it.

Window vectors name the songs that may hold the clip; time warping on kept sequences decides.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gateway import clips, domain
from gateway.clients import Clients
from gateway.failures import Unanswered
from gateway.perceived import Perceived
from gateway.sequences import whole
from gateway.spans import Span
from servicekit.errors import ServiceError
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

_log = logging.getLogger(__name__)

CANDIDATES = 50
"""How many songs a clip is compared with in time."""

SURE = 0.5
"""The confidence from which a song counts as found."""

MAX_MATCHES = 5
"""How many found songs are told: the same music may be there several times."""

_MAX_EMBEDDINGS = 16
_WINDOW_SECONDS = 10.0


class Identifier:
    """Looks for clips in all songs whose sound is known, whatever filters a request has."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def identify(self, found: Perceived, heard: audio_pb.AnalyzeAudioResponse) -> None:
        """Adds to a sound which songs hold it, how alike others are, or a note why not.

        Sounds longer than a clip are left as they are, and so are those in which no music is
        heard. A service that fails costs the search, not the request.
        """
        embeddings = [window.embedding for window in heard.windows if window.embedding]
        if heard.duration_seconds > domain.MOST_CLIP_SECONDS or not embeddings:
            return
        if heard.duration_seconds < domain.LEAST_CLIP_SECONDS:
            found.evidence.notes.append(clips.TOO_SHORT)
            return
        try:
            hits = await self._hits(embeddings)
            matches = await self._matches(heard, hits)
        except Unanswered as failure:
            found.evidence.notes.append(clips.not_searched(failure.service))
        except ServiceError as error:
            _log.warning("a clip could not be looked for", extra={"reason": error.message})
            found.evidence.notes.append(clips.not_searched("audio_features"))
        else:
            _add(found, hits, matches)

    async def _hits(self, embeddings: Sequence[Iterable[float]]) -> list[recommender_pb.WindowHit]:
        request = recommender_pb.FindWindowsRequest(limit=CANDIDATES)
        for values in embeddings[:_MAX_EMBEDDINGS]:
            request.embeddings.add(values=values)
        return list((await self._clients.find_windows(request)).hits)

    async def _matches(
        self, heard: audio_pb.AnalyzeAudioResponse, hits: Sequence[recommender_pb.WindowHit]
    ) -> list[audio_pb.AudioMatch]:
        """The clip goes as sequences: its analysis is known to one of several processes only."""
        near: dict[str, list[float]] = {}
        for hit in hits:
            if hit.track.sound_id:
                near.setdefault(hit.track.sound_id, list(hit.start_seconds))
        if not near:
            return []
        request = audio_pb.MatchAudioRequest(
            mfcc=whole(heard.mfcc), chroma=whole(heard.chroma), limit=len(near)
        )
        for sound_id, seconds in near.items():
            request.candidates.add(analysis_id=sound_id, near_seconds=seconds)
        return list((await self._clients.match_audio(request)).matches)


def _add(
    found: Perceived,
    hits: Sequence[recommender_pb.WindowHit],
    matches: Sequence[audio_pb.AudioMatch],
) -> None:
    songs: defaultdict[str, list[track_pb2.Track]] = defaultdict(list)
    for hit in hits:
        songs[hit.track.sound_id].append(hit.track)
        if hit.start_seconds:
            start = hit.start_seconds[0]
            found.stretches[hit.track.id] = Span(start, start + _WINDOW_SECONDS)
    likenesses = []
    for match in sorted(matches, key=lambda each: -each.confidence):
        for track in songs[match.analysis_id]:
            found.stretches[track.id] = Span(match.start_seconds, match.end_seconds)
            likenesses.append(
                recommender_pb.TrackLikeness(track_id=track.id, likeness=match.likeness)
            )
            if match.confidence >= SURE and len(found.evidence.matches) < MAX_MATCHES:
                found.evidence.matches.append(_told(track, match))
    for voice in found.voices[:1]:
        voice.message.likenesses.extend(likenesses)
    if not found.evidence.matches:
        found.evidence.notes.append(_why_not(hits, matches))


def _told(track: track_pb2.Track, match: audio_pb.AudioMatch) -> pb.SoundMatch:
    return pb.SoundMatch(
        track=track,
        start_seconds=match.start_seconds,
        end_seconds=match.end_seconds,
        confidence=match.confidence,
        tempo_ratio=match.tempo_ratio,
        transposition_semitones=match.transposition_semitones,
        sound_path=clips.sound_path(track),
    )


def _why_not(
    hits: Sequence[recommender_pb.WindowHit], matches: Sequence[audio_pb.AudioMatch]
) -> evidence_pb2.Note:
    return clips.NOT_FOUND if hits and matches else clips.NO_CANDIDATES
