"""Clips looked for in the stretches of songs: messages in, hits out."""

from dataclasses import dataclass

import numpy as np

from services.recommender import checks
from services.recommender.checks import FieldError
from services.recommender.domain import Filters, WindowHit
from services.recommender.songs import track_to_pb
from services.recommender.tracks import Array, StoredTrack
from services.recommender.wishes import filters_from
from vts.moods import WINDOW_DIMENSIONS
from vts.recommender.v1 import recommender_service_pb2 as pb

MOST_EMBEDDINGS = 16
MOST_SONGS = 200
DEFAULT_SONGS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """What to look for: n vectors in rows, which songs may appear, and how many."""

    embeddings: Array
    filters: Filters
    limit: int


def clip_from(request: pb.FindWindowsRequest) -> Clip:
    """The clip that a request holds; raises `FieldError`."""
    checks.few("embeddings", request.embeddings, most=MOST_EMBEDDINGS, least=1)
    rows = [
        _embedding(f"embeddings[{at}].values", embedding)
        for at, embedding in enumerate(request.embeddings)
    ]
    return Clip(
        np.stack(rows),
        filters_from(request.filters, request.excluded_track_ids),
        int(checks.number("limit", request.limit or DEFAULT_SONGS, 1, MOST_SONGS)),
    )


def _embedding(field: str, embedding: pb.Embedding) -> Array:
    values = checks.vector(field, embedding.values, WINDOW_DIMENSIONS)
    if values is None:
        raise FieldError(field, f"must have {WINDOW_DIMENSIONS} numbers, has none")
    return values


def hit_to_pb(song: StoredTrack, hit: WindowHit) -> pb.WindowHit:
    """A song and its stretches as a message."""
    return pb.WindowHit(
        track=track_to_pb(song.track),
        score=float(np.clip(hit.score, -1, 1)),
        start_seconds=hit.start_seconds,
    )
