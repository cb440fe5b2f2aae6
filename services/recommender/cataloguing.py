"""The catalogue: songs stored, fetched, found by name, grouped and counted.

Beside the store it keeps five things in memory, filled when the service starts: the names, the
distributions that make scores comparable, which group each song is in, what each feels like, and
the songs used last.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import replace

from services.recommender.caching import SongCache
from services.recommender.calibration import Calibration
from services.recommender.domain import Filters, Summary, WindowHit
from services.recommender.feelings import Feelings
from services.recommender.membership import Membership
from services.recommender.names import NameIndex
from services.recommender.ports import TrackStore
from services.recommender.predicting import Built
from services.recommender.tracks import Array, StoredTrack, Track

SCAN_BATCH = 1000

MOST_WITH_DIGESTS = 1000


class Catalogue:
    """The use cases around a `TrackStore`. Calls block and may come from several threads."""

    def __init__(self, store: TrackStore, *, names_limit: int, cached_songs: int) -> None:
        """Wraps a store.

        Args:
            store: where the songs are.
            names_limit: songs that can be found by name.
            cached_songs: songs kept in memory for ranking.
        """
        self.store = store
        self.calibration = Calibration(store.dimensions)
        self.membership = Membership(None)
        self._feelings = Feelings()
        self._names = NameIndex(names_limit)
        self._cache = SongCache(cached_songs)
        self._writing = threading.Lock()

    def load(self, groups: Built | None = None) -> None:
        """Reads every song once; until then nothing can be found by name or by group."""
        self.membership = Membership(groups)
        for batch in self.store.scan(SCAN_BATCH):
            self._learn(batch)
            self._cache.put(batch)

    def upsert(self, songs: Sequence[StoredTrack]) -> None:
        """Stores songs durably; of songs with one id the last stands."""
        latest = {song.track.id: song for song in songs}
        with self._writing:
            replaced = self.store.get(list(latest))
            try:
                self.store.upsert(list(latest.values()))
            finally:
                self._cache.drop(list(latest))
            self.calibration.remove(replaced)
            self._learn(list(latest.values()))

    def delete(self, ids: Sequence[uuid.UUID]) -> tuple[int, list[uuid.UUID]]:
        """Deletes songs; gives how many, and the ids that no song had."""
        with self._writing:
            known = self.store.get(ids)
            found = [song.track.id for song in known]
            try:
                self.store.delete(found)
            finally:
                self._cache.drop(found)
            self.calibration.remove(known)
            self._names.remove(found)
            self.membership.forget(found)
            self._feelings.forget(found)
        return len(found), _missing(ids, known)

    def regroup(self, groups: Built) -> None:
        """Puts every song into one of new groups; the old ones are used until all are."""
        with self._writing:
            fresh = Membership(groups)
            for batch in self.store.scan(SCAN_BATCH):
                fresh.learn(batch)
            self.membership = fresh

    def understood(self, filters: Filters) -> Filters:
        """Filters that a store understands: groups and bounds become the songs they stand for."""
        if filters.has_bounds:
            filters = self._feelings.understood(filters)
        if not filters.groups:
            return filters
        return replace(filters, among=self.membership.members(filters.groups))

    def settle(self) -> bool:
        """Lets the store put itself in order after writes, if that is due."""
        with self._writing:
            return self.store.optimize()

    def get(self, ids: Sequence[uuid.UUID]) -> tuple[list[StoredTrack], list[uuid.UUID]]:
        """The songs, in the order asked for, and the ids that no song has."""
        found = self._cache.get(ids, self.store.get)
        return found, _missing(ids, found)

    def find(self, query: str, limit: int) -> list[tuple[Track, float]]:
        """The songs whose title or artist fits best, with a score from 0 to 1."""
        scores = dict(self._names.find(query, limit))
        return [(song.track, scores[song.track.id]) for song in self.get(list(scores))[0]]

    def with_digests(self, digests: Sequence[str]) -> list[StoredTrack]:
        """The songs whose sound has any of these digests, in the order of their ids."""
        return self.get(self.store.with_digests(digests, MOST_WITH_DIGESTS))[0]

    def find_windows(
        self, queries: Array, filters: Filters, limit: int
    ) -> list[tuple[StoredTrack, WindowHit]]:
        """The songs with stretches nearest to any query, nearest first."""
        found = self.store.find_windows(queries, self.understood(filters), limit)
        hits = {hit.track_id: hit for hit in found}
        return [(song, hits[song.track.id]) for song in self.get(list(hits))[0]]

    def summary(self) -> Summary:
        """What the catalogue holds."""
        return self.store.summary()

    def _learn(self, songs: Sequence[StoredTrack]) -> None:
        self.calibration.add(songs)
        self._names.add(song.track for song in songs)
        self.membership.learn(songs)
        self._feelings.learn(songs)


def _missing(ids: Sequence[uuid.UUID], found: Sequence[StoredTrack]) -> list[uuid.UUID]:
    if len(found) == len(ids):
        return []
    known = {song.track.id for song in found}
    return [each for each in dict.fromkeys(ids) if each not in known]
