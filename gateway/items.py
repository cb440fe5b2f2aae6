"""Items: the songs of a playlist as callers see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway import clips
from gateway.perceived import Perceived
from gateway.spans import Span
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


def items(
    songs: Sequence[recommender_pb.ScoredTrack],
    reasons: Sequence[evidence_pb2.Bilingual],
    inputs: Sequence[Perceived],
) -> Iterator[pb.PlaylistItem]:
    """The songs with their reasons; those that a clip was found in say so, and from where on."""
    stretches: dict[str, Span] = {}
    matches: dict[str, pb.SoundMatch] = {}
    for found in reversed(inputs):  # what was given first counts
        stretches |= found.stretches
        matches |= {match.track.id: match for match in found.evidence.matches}
    for song, why in zip(songs, reasons, strict=True):
        match = matches.get(song.track.id)
        stretch = stretches.get(song.track.id, Span(0.0, 0.0))
        yield pb.PlaylistItem(
            track=song.track,
            score=song.score,
            reason=clips.reason(match) if match else why,
            components=song.components,
            matched_tags=song.matched_tags,
            shared_moods=song.shared_moods,
            sound_path=clips.sound_path(song.track),
            start_seconds=stretch.start,
            end_seconds=stretch.end,
        )
