"""What every song feels like, in memory: which songs go beyond bounds is known at once.

The store would have to read the payload of every song for that: seconds for 20,000.
"""

import threading
import uuid
from collections.abc import Iterable, Sequence

import numpy as np

from services.recommender.domain import Filters
from services.recommender.tracks import Array, StoredTrack, Track
from vts.moods import MOOD_DIMENSIONS, MOODS


class Feelings:
    """Arousal and moods by song; calls may come from several threads."""

    def __init__(self) -> None:
        self._rows: dict[uuid.UUID, Array] = {}
        self._stacked: tuple[list[uuid.UUID], Array] | None = None
        self._changing = threading.Lock()

    def learn(self, songs: Sequence[StoredTrack]) -> None:
        """Adds songs, or what they feel like now."""
        with self._changing:
            self._rows |= {song.track.id: _row(song.track) for song in songs}
            self._stacked = None

    def forget(self, ids: Iterable[uuid.UUID]) -> None:
        """Forgets songs."""
        with self._changing:
            for each in ids:
                self._rows.pop(each, None)
            self._stacked = None

    def beyond(self, filters: Filters) -> frozenset[uuid.UUID]:
        """The songs that go beyond the bounds of filters; what is not known never does."""
        ids, rows = self._all()
        out = np.zeros(len(ids), np.bool_)
        if filters.least_arousal is not None:
            out |= rows[:, -1] < filters.least_arousal
        if filters.most_arousal is not None:
            out |= rows[:, -1] > filters.most_arousal
        for mood, most in filters.most_moods:
            out |= rows[:, MOODS.index(mood)] > most
        return frozenset(ids[at] for at in np.flatnonzero(out))

    def _all(self) -> tuple[list[uuid.UUID], Array]:
        """All songs, and their rows: 13 moods and the arousal, NaN where they are not known."""
        with self._changing:
            if self._stacked is None:
                rows = np.array(list(self._rows.values()), np.float32)
                self._stacked = list(self._rows), rows.reshape(-1, MOOD_DIMENSIONS + 1)
            return self._stacked


def _row(track: Track) -> Array:
    row: Array = np.full(MOOD_DIMENSIONS + 1, np.nan, np.float32)
    if track.moods:
        row[:-1] = track.moods
    if track.affect and track.affect.confidence > 0:
        row[-1] = track.affect.arousal
    return row
