"""Songs found by name: any script, typing mistakes allowed.

The index lives in memory and is bounded; it is filled from the store when the service starts.
"""

import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from services.recommender.tracks import Track
from services.recommender.words import folded, leads, only_leads, spelled

LEAST_SCORE = 0.6
"""Names that fit worse than this are not given."""

WITHIN_SHARE = 0.92
"""How much a name that holds the query somewhere within counts against one that is the query."""

ARTIST_SHARE = 0.96
"""How much an artist of that name counts against a title of that name."""

LEADS_SCORE = 0.9
"""The score of a name whose first consonants (`ㅂㅍㅈ`) are the query, over its length."""

SHORTEST_WITHIN = 4
"""Letters or jamo a query needs to be looked for within longer names."""


@dataclass(frozen=True, slots=True)
class _Names:
    keys: tuple[str, ...]
    shares: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.int32]
    owners: tuple[uuid.UUID, ...]


class NameIndex:
    """The names of at most `limit` songs; several threads may use it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._keys: dict[uuid.UUID, tuple[tuple[str, float], ...]] = {}
        self._built: _Names | None = None
        self._lock = threading.Lock()

    def add(self, tracks: Iterable[Track]) -> None:
        """Takes songs in, unless the index is full."""
        with self._lock:
            for track in tracks:
                if track.id in self._keys or len(self._keys) < self._limit:
                    self._keys[track.id] = tuple(_keys(track))
            self._built = None

    def remove(self, ids: Iterable[uuid.UUID]) -> None:
        """Forgets songs."""
        with self._lock:
            for each in ids:
                self._keys.pop(each, None)
            self._built = None

    def find(self, query: str, limit: int) -> list[tuple[uuid.UUID, float]]:
        """The songs whose names fit best, with scores from 0 to 1; 1 is the same name."""
        names = self._names()
        wanted = spelled(query) or folded(query)
        if not names.keys or not wanted:
            return []
        scores = _lead_scores(wanted, names) if only_leads(wanted) else _scores(wanted, names)
        best: dict[uuid.UUID, float] = {}
        for at in np.argsort(-scores, kind="stable"):
            if scores[at] < LEAST_SCORE or len(best) == limit:
                break
            best.setdefault(names.owners[at], float(scores[at]))
        return list(best.items())

    def _names(self) -> _Names:
        with self._lock:
            if self._built is None:
                self._built = _build(self._keys)
            return self._built


def _build(keys: dict[uuid.UUID, tuple[tuple[str, float], ...]]) -> _Names:
    rows = [(key, share, owner) for owner in sorted(keys) for key, share in keys[owner]]
    return _Names(
        tuple(row[0] for row in rows),
        np.array([row[1] for row in rows], np.float32),
        np.array([len(row[0]) for row in rows], np.int32),
        tuple(row[2] for row in rows),
    )


def _keys(track: Track) -> Iterable[tuple[str, float]]:
    """Each title, each artist, and both together, spelled, with what a match of it counts."""
    titles = _spelled((track.title, *track.title_alternatives))
    artists = _spelled((*track.artists, *track.artist_alternatives))
    everyone = " ".join(_spelled(track.artists))
    keys = {f"{title} {artist}": 1.0 for title in titles for artist in (everyone, *artists)}
    keys.update(dict.fromkeys(artists, ARTIST_SHARE))
    keys.update(dict.fromkeys(titles, 1.0))
    return keys.items()


def _spelled(names: Sequence[str]) -> list[str]:
    return [spelled(name) or folded(name) for name in names]


def _scores(wanted: str, names: _Names) -> npt.NDArray[np.float32]:
    whole = _rated(fuzz.token_sort_ratio, wanted, names)
    tight = _rated(fuzz.ratio, wanted.replace(" ", ""), names) if " " not in wanted else whole
    scores = np.maximum(whole, tight)
    if len(wanted) >= SHORTEST_WITHIN:
        within = _rated(fuzz.partial_ratio, wanted, names) * WITHIN_SHARE
        scores = np.where(names.lengths > len(wanted), np.maximum(scores, within), scores)
    shared: npt.NDArray[np.float32] = scores * names.shares
    return shared


def _rated(scorer: Any, wanted: str, names: _Names) -> npt.NDArray[np.float32]:
    rows = process.cdist([wanted], names.keys, scorer=scorer, dtype=np.float32)
    rated: npt.NDArray[np.float32] = rows[0] / 100
    return rated


def _lead_scores(wanted: str, names: _Names) -> npt.NDArray[np.float32]:
    bare = wanted.replace(" ", "")
    found = [leads(key) for key in names.keys]
    return np.array(
        [LEADS_SCORE * (0.7 + 0.3 * len(bare) / len(key)) if bare in key else 0.0 for key in found],
        np.float32,
    )
