"""A playlist out of a ranking: varied (MMR), and not all by one artist or from one album.

MMR is Carbonell & Goldstein, "The use of MMR", SIGIR 1998. The caps hold as long as any other
candidate is left; when none is, they are raised by one, so that a cap orders a playlist but never
shortens it.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.recommender.calibration import features
from services.recommender.scoring import Candidates
from services.recommender.tracks import Array, Likeness, Track
from services.recommender.words import folded

ARTIST_CAP = 2
ALBUM_CAP = 3

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
        self._artists = [{folded(artist) for artist in track.artists} for track in tracks]
        self._albums = [_album(track) for track in tracks]
        self._free = np.ones(len(tracks), bool)
        self._picked: Counter[Hashable] = Counter()
        self.raised = 0

    def open(self) -> npt.NDArray[np.bool_]:
        """The songs that may be picked; raises the caps if there would be none."""
        allowed = self._allowed()
        while not allowed.any():
            self.raised += 1
            allowed = self._allowed()
        return allowed

    def take(self, at: int) -> None:
        """Counts a pick."""
        self._free[at] = False
        self._picked.update(self._artists[at])
        self._picked.update(self._albums[at])

    def _allowed(self) -> npt.NDArray[np.bool_]:
        return np.array([free and self._fits(at) for at, free in enumerate(self._free)], bool)

    def _fits(self, at: int) -> bool:
        few_by_artist = all(
            self._picked[artist] < ARTIST_CAP + self.raised for artist in self._artists[at]
        )
        return few_by_artist and all(
            self._picked[album] < ALBUM_CAP + self.raised for album in self._albums[at]
        )


def _album(track: Track) -> list[Hashable]:
    """The album as a key; with its year and not its artist, for on compilations artists differ."""
    album = folded(track.album)
    return [(album, track.year)] if album else []
