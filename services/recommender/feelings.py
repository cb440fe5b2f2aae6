"""What every song feels like, in memory: which songs go beyond bounds is known at once.

The store would have to read the payload of every song for that: seconds for 20,000.
"""

import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from services.recommender.domain import Filters
from services.recommender.tracks import Array, StoredTrack, Track
from vts.moods import MOOD_DIMENSIONS, MOODS

MOST_KNOWN = 4
"""Bounds whose songs are remembered until the catalogue changes; a drive asks with the same."""

_Bounds = tuple[float | None, float | None, tuple[tuple[str, float], ...]]
_Split = tuple[frozenset[uuid.UUID] | None, frozenset[uuid.UUID]]


class Feelings:
    """Arousal and moods by song; calls may come from several threads."""

    def __init__(self) -> None:
        self._rows: dict[uuid.UUID, Array] = {}
        self._stacked: tuple[list[uuid.UUID], Array] | None = None
        self._known: dict[_Bounds, _Split] = {}
        self._changing = threading.Lock()

    def learn(self, songs: Sequence[StoredTrack]) -> None:
        """Adds songs, or what they feel like now."""
        with self._changing:
            self._rows |= {song.track.id: _row(song.track) for song in songs}
            self._changed()

    def forget(self, ids: Iterable[uuid.UUID]) -> None:
        """Forgets songs."""
        with self._changing:
            for each in ids:
                self._rows.pop(each, None)
            self._changed()

    def understood(self, filters: Filters) -> Filters:
        """Filters with the songs that keep to their bounds or go beyond them: those that are fewer.

        What is not known of a song never goes beyond.
        """
        bounds = (filters.least_arousal, filters.most_arousal, filters.most_moods)
        with self._changing:
            if bounds not in self._known:
                while len(self._known) >= MOST_KNOWN:
                    del self._known[next(iter(self._known))]
                self._known[bounds] = self._split(filters)
            within, beyond = self._known[bounds]
        return replace(filters, within=within, beyond=beyond)

    def _split(self, filters: Filters) -> _Split:
        ids, rows = self._all()
        out = np.zeros(len(ids), np.bool_)
        if filters.least_arousal is not None:
            out |= rows[:, -1] < filters.least_arousal
        if filters.most_arousal is not None:
            out |= rows[:, -1] > filters.most_arousal
        for mood, most in filters.most_moods:
            out |= rows[:, MOODS.index(mood)] > most
        if 2 * np.count_nonzero(out) > len(ids):
            return frozenset(ids[at] for at in np.flatnonzero(~out)), frozenset()
        return None, frozenset(ids[at] for at in np.flatnonzero(out))

    def _all(self) -> tuple[list[uuid.UUID], Array]:
        """All songs, and their rows: 13 moods and the arousal, NaN where they are not known."""
        if self._stacked is None:
            rows = np.array(list(self._rows.values()), np.float32)
            self._stacked = list(self._rows), rows.reshape(-1, MOOD_DIMENSIONS + 1)
        return self._stacked

    def _changed(self) -> None:
        self._stacked = None
        self._known.clear()


def _row(track: Track) -> Array:
    row: Array = np.full(MOOD_DIMENSIONS + 1, np.nan, np.float32)
    if track.moods:
        row[:-1] = track.moods
    if track.affect and track.affect.confidence > 0:
        row[-1] = track.affect.arousal
    return row
