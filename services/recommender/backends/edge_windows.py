"""Stretches of songs found by vectors: the engine finds the songs, then windows are looked at.

The score of a song is that of its best window to its best query. A song among the n best of all is
among the n best of the query that it has that score from; so the n best songs of each query hold
the n best of all.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
import qdrant_edge as qdrant

from services.recommender.backends import points
from services.recommender.backends.edge_shard import filter_of, guarded
from services.recommender.domain import MOST_STARTS, Filters, WindowHit
from services.recommender.tracks import Array, Windows

SPARE = 16
"""Songs more than wanted, so that of those with nearly the same score the right ones are told."""

SONGS_AT_ONCE = 8
"""A day of windows has 184,320 numbers, which the engine hands out as Python's."""

EXACT = qdrant.SearchParams(exact=True)


def find_windows(shard: Any, queries: Array, filters: Filters, limit: int) -> list[WindowHit]:
    """The songs with the nearest stretches, nearest first; see `TrackStore.find_windows`."""
    ids = _nearest(shard, queries, filters, limit + SPARE)
    hits: list[WindowHit] = []
    for first in range(0, len(ids), SONGS_AT_ONCE):
        records = guarded(
            shard.retrieve,
            ids[first : first + SONGS_AT_ONCE],
            with_payload=[points.WINDOWS],
            with_vector=[points.WINDOWS],
        )
        hits += [
            hit_of(record.id, points.windows_from(record.payload, record.vector), queries)
            for record in records
        ]
    return best(hits, limit)


def hit_of(track_id: uuid.UUID, windows: Windows, queries: Array) -> WindowHit:
    """A song's best windows, each by the query it is nearest to; lengths do not count."""
    scores = (_unit(windows.values) @ _unit(queries).T).max(axis=1)
    order = np.lexsort((windows.spans[:, 0], -scores))
    starts = windows.spans[order[:MOST_STARTS], 0].tolist()
    return WindowHit(track_id, float(scores.max()), tuple(starts))


def best(hits: Sequence[WindowHit], limit: int) -> list[WindowHit]:
    """The hits with the highest scores; ties in the order of ids."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.track_id))[:limit]


def _nearest(shard: Any, queries: Array, filters: Filters, limit: int) -> list[uuid.UUID]:
    wanted = filter_of(filters)
    batch = qdrant.QueryBatchRequest(
        [
            qdrant.QueryRequest(
                limit=limit,
                query=qdrant.Query.Nearest(query.tolist(), using=points.WINDOWS),
                filter=wanted,
                params=EXACT,
            )
            for query in queries
        ]
    )
    scores: dict[uuid.UUID, float] = {}
    for answer in guarded(shard.query_batch, batch):
        for point in answer:
            scores[point.id] = max(scores.get(point.id, -1.0), point.score)
    return sorted(scores, key=lambda each: (-scores[each], each))[:limit]


def _unit(rows: Array) -> Array:
    unit: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
