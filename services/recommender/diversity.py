"""A playlist out of a ranking: varied (MMR), and not all by one artist or from one album.

MMR is Carbonell & Goldstein, "The use of MMR", SIGIR 1998. The caps hold as long as any other
candidate is left; when none is, they are raised by one, so that a cap orders a playlist but never
shortens it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from services.recommender.calibration import features
from services.recommender.scoring import Candidates
from services.recommender.tracks import Array, Likeness, Track
from services.recommender.words import folded

_Key = tuple[Literal["artist", "album"], str]

CAPS: Mapping[str, int] = {"artist": 2, "album": 3}
"""How many songs of a playlist may share an artist or an album."""

COMPARED: tuple[Likeness, ...] = ("text", "mood", "audio")
"""The vectors by which two songs are found to be alike."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The places of the chosen songs, in order, and whether a cap had to be raised."""

    chosen: tuple[int, ...]
    caps_raised: bool


def alikeness(candidates: Candidates, means: Mapping[Likeness, Array]) -> Array:
    """How alike each two songs are, in [0, 1]: the mean cosine of what both have.

    Cosines are taken around the catalogue's mean, or all songs would be alike.
    """
    size = len(candidates.songs)
    total, weight = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    for kind in COMPARED:
        rows = features(kind, candidates.rows[kind] - means[kind])
        both = np.outer(candidates.known[kind], candidates.known[kind]).astype(np.float32)
        total += np.clip(rows @ rows.T, 0, 1) * both
        weight += both
    return (total / np.maximum(weight, 1e-6)).astype(np.float32)


def select(
    tracks: Sequence[Track], scores: Array, alike: Array, *, limit: int, diversity: float
) -> Selection:
    """Picks songs one by one, each close to the wish and unlike those picked before.

    Args:
        tracks: the candidates.
        scores: their scores.
        alike: from `alikeness`.
        limit: how many at most.
        diversity: from 0 (the ranking as it is) to 1 (only variety counts).
    """
    relevance = _spread(scores)
    nearest = np.zeros(len(tracks), np.float32)
    caps, chosen = _Caps(tracks), list[int]()
    while len(chosen) < min(limit, len(tracks)):
        value = (1 - diversity) * relevance - diversity * nearest
        best = int(np.argmax(np.where(caps.open(), value, -np.inf)))
        chosen.append(best)
        caps.take(best)
        nearest = np.maximum(nearest, alike[best])
    return Selection(tuple(chosen), caps.raised > 0)


def _spread(scores: Array) -> Array:
    """Scores from 0 (the worst candidate) to 1 (the best), to be weighed against likeness."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    spread: Array = (scores - low) / max(float(high - low), 1e-6)
    return spread


class _Caps:
    """Which songs may still be picked."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._keys = [frozenset(_keys(track)) for track in tracks]
        self._free = np.ones(len(tracks), bool)
        self._allowed = self._free.copy()
        self._picked: Counter[_Key] = Counter()
        self.raised = 0

    def open(self) -> npt.NDArray[np.bool_]:
        """The songs that may be picked; raises the caps if there would be none."""
        while not self._allowed.any():
            self.raised += 1
            self._allowed = np.array(
                [
                    free and self._fits(keys)
                    for free, keys in zip(self._free, self._keys, strict=True)
                ]
            )
        return self._allowed

    def take(self, at: int) -> None:
        """Counts a pick, and closes the songs whose artist or album is full with it."""
        self._free[at] = self._allowed[at] = False
        self._picked.update(self._keys[at])
        full = {key for key in self._keys[at] if not self._fits({key})}
        if full:
            self._allowed &= [not full & keys for keys in self._keys]

    def _fits(self, keys: Iterable[_Key]) -> bool:
        return all(self._picked[key] < CAPS[key[0]] + self.raised for key in keys)


def _keys(track: Track) -> Iterator[_Key]:
    """The artists, and the album with its year: on compilations the artists differ."""
    for artist in track.artists:
        yield "artist", folded(artist)
    if album := folded(track.album):
        yield "album", f"{album} {track.year}"
