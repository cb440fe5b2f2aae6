"""One shard of Qdrant's embedded engine: opened, its errors named, its filters built.

Searches are exact: up to `INDEXING_THRESHOLD_KB` of vectors a scan takes a few milliseconds, and no
graph has to be built.
"""

import uuid
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, assert_never

import qdrant_edge as qdrant

from services.recommender.backends import points
from services.recommender.domain import Filters, StoreError, StoreFullError
from services.recommender.tracks import Dimensions
from vts.moods import WINDOW_DIMENSIONS

P = ParamSpec("P")
R = TypeVar("R")

INDEXING_THRESHOLD_KB = 400_000
"""Vectors of one kind beyond this get an HNSW graph, except windows: they are always scanned.

Some 260,000 songs without windows have so much; with the windows of three minutes each, 43,000.
"""

MANY_IDS = 500
"""From here on the engine's own copy of ids is kept: making one takes it some 5 µs for each."""

MOST_KEPT = 4
"""How many such copies are kept: one request asks with the same ids several times."""

NO_GRAPH = qdrant.HnswIndexConfig(m=0, ef_construct=4, full_scan_threshold=10_000)


def make_shard(path: Path, dimensions: Dimensions, threads: int) -> Any:
    """Makes an empty shard with its indexes, and leaves it open."""
    shard = qdrant.EdgeShard.create(str(path), _config(dimensions, threads))
    for key in points.KEYWORD_KEYS:
        _index(shard, key, qdrant.PayloadSchemaType.Keyword)
    for key in ("by.year", "by.windows"):
        _index(shard, key, qdrant.PayloadSchemaType.Integer)
    shard.flush()
    return shard


def load_shard(path: Path, dimensions: Dimensions, threads: int) -> Any:
    """Opens a shard that is there."""
    return qdrant.EdgeShard.load(str(path), _config(dimensions, threads))


def guarded(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls the engine, which raises bare `Exception`, and raises `StoreError` in its place."""
    try:
        return call(*args, **kwargs)
    except StoreError:
        raise
    except Exception as error:
        text = str(error)
        if "No space left" in text or "os error 28" in text:
            raise StoreFullError(text) from error
        raise StoreError(text) from error


def filter_of(filters: Filters) -> Any:
    """The engine's filter, or None if all songs pass."""
    return all_of(points.conditions(filters))


def all_of(conditions: Sequence[points.Condition]) -> Any:
    """The engine's filter that wants all conditions, or None if there are none."""
    if not conditions:
        return None
    refused = [each for each in conditions if isinstance(each, points.IdNotIn)]
    wanted = [each for each in conditions if not isinstance(each, points.IdNotIn)]
    return qdrant.Filter(
        must=[_condition(each) for each in wanted],
        must_not=[_has_id(each.ids) for each in refused],
    )


def _condition(condition: points.AnyOf | points.Within | points.IdIn) -> Any:
    match condition:
        case points.IdIn(ids):
            return _has_id(ids)
        case points.AnyOf(key, values):
            return qdrant.FieldCondition(key, match=qdrant.MatchAny(list(values)))
        case points.Within(key, low, high):
            return qdrant.FieldCondition(key, range=qdrant.RangeFloat(gte=low, lte=high))
    assert_never(condition)


def _has_id(ids: frozenset[uuid.UUID]) -> Any:
    return _of_many(ids) if len(ids) >= MANY_IDS else qdrant.HasIdCondition(set(ids))


@lru_cache(maxsize=MOST_KEPT)
def _of_many(ids: frozenset[uuid.UUID]) -> Any:
    return qdrant.HasIdCondition(set(ids))


def _config(dimensions: Dimensions, threads: int) -> Any:
    distances = {"affect": qdrant.Distance.Euclid}
    vectors = {
        name: qdrant.EdgeVectorParams(
            size=size, distance=distances.get(name, qdrant.Distance.Cosine)
        )
        for name, size in dimensions.items()
    }
    return qdrant.EdgeConfig(
        vectors=vectors | {points.WINDOWS: _window_params()},
        optimizers=qdrant.EdgeOptimizersConfig(
            indexing_threshold=INDEXING_THRESHOLD_KB, default_segment_number=1
        ),
        max_search_threads=threads,
    )


def _window_params() -> Any:
    """Half precision: half of the memory, and cosines that are off by less than 0.001."""
    return qdrant.EdgeVectorParams(
        size=WINDOW_DIMENSIONS,
        distance=qdrant.Distance.Cosine,
        multivector_config=qdrant.MultiVectorConfig(qdrant.MultiVectorComparator.MaxSim),
        datatype=qdrant.VectorStorageDatatype.Float16,
        hnsw_config=NO_GRAPH,
    )


def _index(shard: Any, key: str, schema: Any) -> None:
    shard.update(qdrant.UpdateOperation.create_field_index(key, schema))
