"""Songs kept in memory, so that ranking a thousand of them does not mean reading a thousand."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence

from services.recommender.tracks import StoredTrack

Fetch = Callable[[Sequence[uuid.UUID]], list[StoredTrack]]


class SongCache:
    """At most `limit` songs, those used last (about 7 KB each); several threads may use it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._songs: OrderedDict[uuid.UUID, StoredTrack] = OrderedDict()
        self._lock = threading.Lock()
        self._changes = 0

    def get(self, ids: Sequence[uuid.UUID], fetch: Fetch) -> list[StoredTrack]:
        """The songs in this order, those that are not here fetched; unknown ones are left out."""
        with self._lock:
            before = self._changes
            held = [self._songs.get(each) for each in ids]
            for each, song in zip(ids, held, strict=True):
                if song:
                    self._songs.move_to_end(each)
        missing = [each for each, song in zip(ids, held, strict=True) if not song]
        fetched = {song.track.id: song for song in fetch(missing)} if missing else {}
        self._keep(list(fetched.values()), before)
        found = (song or fetched.get(each) for each, song in zip(ids, held, strict=True))
        return [song for song in found if song]

    def put(self, songs: Sequence[StoredTrack]) -> None:
        """Keeps songs as the store now has them."""
        with self._lock:
            self._changes += 1
            self._insert(songs)

    def drop(self, ids: Sequence[uuid.UUID]) -> None:
        """Forgets songs that the store no longer has, or has otherwise."""
        with self._lock:
            self._changes += 1
            for each in ids:
                self._songs.pop(each, None)

    def _keep(self, songs: Sequence[StoredTrack], before: int) -> None:
        """Keeps what was fetched, unless something was written meanwhile and it may be stale."""
        with self._lock:
            if self._changes == before:
                self._insert(songs)

    def _insert(self, songs: Sequence[StoredTrack]) -> None:
        for song in songs:
            self._songs[song.track.id] = song
            self._songs.move_to_end(song.track.id)
        while len(self._songs) > self._limit:
            self._songs.popitem(last=False)
