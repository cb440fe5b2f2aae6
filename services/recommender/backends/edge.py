"""Qdrant's own engine in this process, on disk.

Every write goes to the write-ahead log and is flushed before it counts.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import qdrant_edge as qdrant

from services.recommender.backends import points
from services.recommender.backends.directory import StoreDirectory
from services.recommender.backends.edge_folders import open_songs
from services.recommender.backends.edge_shard import all_of, filter_of, guarded
from services.recommender.backends.edge_windows import find_windows
from services.recommender.domain import Filters, StoreError, Summary, VectorQuery, WindowHit
from services.recommender.tracks import DIMENSIONS, Array, Dimensions, StoredTrack

OPTIMIZE_AFTER_SHARE = 0.2
OPTIMIZE_AFTER_WRITES = 1000

MOST_WINDOWS = 1440
"""Windows of one song."""


class EdgeStore:
    """A `TrackStore` in a directory that only this process may use."""

    name = "edge"

    def __init__(
        self,
        path: Path,
        *,
        dimensions: Dimensions = DIMENSIONS,
        threads: int = 1,
        min_free_bytes: int = 64 << 20,
    ) -> None:
        """Opens the store, or makes it; songs in an older format are copied into this one.

        Args:
            path: the directory; made if it is not there.
            dimensions: the length of each vector.
            threads: for one search.
            min_free_bytes: writes are refused when the disk has less left.

        Raises:
            StoreError: the directory is locked, newer, or cannot be read.
        """
        self.version = version("qdrant-edge-py")
        self.dimensions = dimensions
        self._directory = StoreDirectory(
            path, schema=points.SCHEMA_VERSION, min_free_bytes=min_free_bytes
        )
        try:
            self._shard = guarded(open_songs, self._directory, dimensions, threads)
        except StoreError:
            self._directory.release()
            raise
        self._writes = 0

    def upsert(self, songs: Sequence[StoredTrack]) -> None:
        """Stores songs; they are on disk when this returns."""
        self._directory.require_space()
        rows = [
            qdrant.Point(song.track.id, points.vectors_of(song), points.payload_of(song))
            for song in songs
        ]
        self._write(qdrant.UpdateOperation.upsert_points(rows), len(rows))

    def delete(self, ids: Sequence[uuid.UUID]) -> None:
        """Deletes songs."""
        self._write(qdrant.UpdateOperation.delete_points(list(ids)), len(ids))

    def get(self, ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        """The songs with these ids, in this order."""
        records = guarded(
            self._shard.retrieve,
            list(ids),
            with_payload=["track"],
            with_vector=list(points.VECTORS),
        )
        found = {record.id: record for record in records}
        return _songs(found[wanted] for wanted in ids if wanted in found)

    def scan(self, batch: int) -> Iterator[list[StoredTrack]]:
        """All songs, batch by batch."""
        offset: Any = None
        while True:
            request = qdrant.ScrollRequest(
                offset=offset,
                limit=batch,
                with_payload=["track"],
                with_vector=list(points.VECTORS),
            )
            records, offset = guarded(self._shard.scroll, request)
            yield _songs(records)
            if offset is None:
                return

    def count(self, filters: Filters) -> int:
        """How many songs pass."""
        return self._count(filter_of(filters))

    def matching(self, filters: Filters, limit: int) -> list[uuid.UUID]:
        """The first songs that pass."""
        return self._ids(filter_of(filters), limit)

    def search(
        self, queries: Sequence[VectorQuery], filters: Filters, limit: int
    ) -> list[list[uuid.UUID]]:
        """The nearest songs for each query."""
        wanted = filter_of(filters)
        batch = qdrant.QueryBatchRequest(
            [
                qdrant.QueryRequest(
                    limit=limit,
                    query=qdrant.Query.Nearest(query.vector.tolist(), using=query.likeness),
                    filter=wanted,
                )
                for query in queries
            ]
        )
        answers = guarded(self._shard.query_batch, batch)
        return [[point.id for point in answer] for answer in answers]

    def find_windows(self, queries: Array, filters: Filters, limit: int) -> list[WindowHit]:
        """The songs with the nearest stretches."""
        return find_windows(self._shard, queries, filters, limit)

    def with_digests(self, digests: Sequence[str], limit: int) -> list[uuid.UUID]:
        """Songs whose sound has any of these digests."""
        return self._ids(all_of([points.AnyOf("by.digest", tuple(digests))]), limit)

    def with_words(self, words: Sequence[str], filters: Filters, limit: int) -> list[uuid.UUID]:
        """Songs that pass and have any of these words."""
        extra = points.AnyOf("by.words", tuple(words))
        return self._ids(all_of([*points.conditions(filters), extra]), limit)

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """How many songs have each word."""
        return [self._count(all_of([points.AnyOf("by.words", (word,))])) for word in words]

    def summary(self) -> Summary:
        """What the catalogue holds."""
        years = self._facet("by.year", points.YEAR_SPAN)
        windows = self._facet("by.windows", MOST_WINDOWS + 1)
        return Summary(
            tracks=self._count(None),
            with_audio_vector=self._count(all_of([points.WITH_AUDIO_VECTOR])),
            with_sound=self._count(all_of([points.WITH_SOUND])),
            windows=sum(int(each) * songs for each, songs in windows.items()),
            languages=self._facet("track.language", points.MAX_VALUES_COUNTED),
            genres=self._facet("by.genres", points.MAX_GENRES_COUNTED),
            licences=self._facet("track.licence", points.MAX_VALUES_COUNTED),
            sources=self._facet("by.source", points.MAX_VALUES_COUNTED),
            year_from=min(map(int, years), default=None),
            year_to=max(map(int, years), default=None),
        )

    def optimize(self) -> bool:
        """Rewrites segments once a fifth of the songs, and at least a thousand, were written."""
        if self._writes < max(OPTIMIZE_AFTER_WRITES, OPTIMIZE_AFTER_SHARE * self._count(None)):
            return False
        self._writes = 0
        return bool(guarded(self._shard.optimize))

    def close(self) -> None:
        """Flushes, closes and unlocks."""
        try:
            guarded(self._shard.flush)
            guarded(self._shard.close)
        finally:
            self._directory.release()

    def _write(self, operation: Any, size: int) -> None:
        guarded(self._shard.update, operation)
        guarded(self._shard.flush)
        self._writes += size

    def _ids(self, wanted: Any, limit: int) -> list[uuid.UUID]:
        request = qdrant.ScrollRequest(
            limit=limit, filter=wanted, with_payload=False, with_vector=False
        )
        return [record.id for record in guarded(self._shard.scroll, request)[0]]

    def _count(self, wanted: Any) -> int:
        return int(guarded(self._shard.count, qdrant.CountRequest(exact=True, filter=wanted)))

    def _facet(self, key: str, limit: int) -> dict[str, int]:
        request = qdrant.FacetRequest(key, limit=limit, exact=True)
        hits = guarded(self._shard.facet, request).hits
        # The engine still names values that only deleted songs had, with a count of 0.
        return {str(hit.value): hit.count for hit in hits if hit.count}


def _songs(records: Iterable[Any]) -> list[StoredTrack]:
    return [points.song_from(record.payload, record.vector) for record in records]
