"""One shard of Qdrant's embedded engine: opened, its errors named, its filters built.

Searches are exact: up to `INDEXING_THRESHOLD_KB` of vectors a scan takes a few milliseconds, and no
graph has to be built.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Any, ParamSpec, TypeVar, assert_never

import qdrant_edge as qdrant

from services.recommender.backends import points
from services.recommender.domain import Filters, StoreError, StoreFullError
from services.recommender.tracks import DIMENSIONS

P = ParamSpec("P")
R = TypeVar("R")

INDEXING_THRESHOLD_KB = 400_000
"""Vectors beyond this get an HNSW graph: about 260,000 songs."""


def open_shard(path: Path, threads: int) -> Any:
    """Loads the shard under a directory; makes it first if it is not there.

    It is made under another name and then renamed, so that a half-made one is never met.
    """
    home, draft, config = path / "edge", path / "edge.new", _config(threads)
    if not home.exists():
        rmtree(draft, ignore_errors=True)
        _make(draft, config)
        draft.rename(home)
    return qdrant.EdgeShard.load(str(home), config)


def guarded(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls the engine, which raises bare `Exception`, and raises `StoreError` in its place."""
    try:
        return call(*args, **kwargs)
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
        must_not=[qdrant.HasIdCondition(set(each.ids)) for each in refused],
    )


def _condition(condition: points.AnyOf | points.Within) -> Any:
    match condition:
        case points.AnyOf(key, values):
            return qdrant.FieldCondition(key, match=qdrant.MatchAny(list(values)))
        case points.Within(key, low, high):
            return qdrant.FieldCondition(key, range=qdrant.RangeFloat(gte=low, lte=high))
    assert_never(condition)


def _config(threads: int) -> Any:
    distances = {"affect": qdrant.Distance.Euclid}
    return qdrant.EdgeConfig(
        vectors={
            name: qdrant.EdgeVectorParams(
                size=size, distance=distances.get(name, qdrant.Distance.Cosine)
            )
            for name, size in DIMENSIONS.items()
        },
        optimizers=qdrant.EdgeOptimizersConfig(
            indexing_threshold=INDEXING_THRESHOLD_KB, default_segment_number=1
        ),
        max_search_threads=threads,
    )


def _make(path: Path, config: Any) -> None:
    shard = qdrant.EdgeShard.create(str(path), config)
    for key in points.KEYWORD_KEYS:
        _index(shard, key, qdrant.PayloadSchemaType.Keyword)
    _index(shard, "by.year", qdrant.PayloadSchemaType.Integer)
    shard.flush()
    shard.close()


def _index(shard: Any, key: str, schema: Any) -> None:
    shard.update(qdrant.UpdateOperation.create_field_index(key, schema))
