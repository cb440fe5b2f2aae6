"""Likeness made comparable: how unusual it is for this catalogue, for this query.

The cosine of two sentences, of two mood vectors and the distance of two points on the plane have
different ranges. Each is linear in what a song holds, so its mean and spread over the whole
catalogue follow exactly from the mean and the second moments of the songs' vectors, without
looking at a single song again. A score is the distance from that mean in spreads, squashed to
[0, 1]: 0.5 is what a song drawn at random would get. On the plane, 1 is the very point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.recommender.tracks import DIMENSIONS, Array, Dimensions, Likeness, StoredTrack

Moments = npt.NDArray[np.float64]

SQUASH_SPREADS = 3.0
"""How many spreads above the mean give tanh(1): a score of 0.88."""

LEAST_TOP_SPREADS = 0.5
"""So near the mean, a point on the plane does not tell songs apart any more sharply."""

PRIOR_SONGS = 20
"""How many songs the prior weighs: in a small catalogue the spread is not known yet."""

PRIORS: Mapping[Likeness, tuple[float, float]] = {
    "text": (0.25, 0.12),
    "mood": (0.6, 0.2),
    "affect": (-0.4, 0.5),
    "audio": (0.2, 0.25),
}
"""Mean and spread of each raw likeness before any song is known."""


def features(likeness: Likeness, vector: Array) -> Array:
    """What a song holds, so that likeness is a dot product: for `affect`, its square is added.

    Takes one vector or one per row.
    """
    if likeness != "affect":
        unit: Array = vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-9)
        return unit
    squares = np.sum(vector * vector, axis=-1, keepdims=True)
    return np.concatenate([vector, squares], axis=-1)


def probe(likeness: Likeness, query: Array) -> Array:
    """What to multiply features with: gives the cosine, or 2 q·x - |x|², the order by distance."""
    if likeness != "affect":
        return features(likeness, query)
    return np.append(2 * query, -1.0).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Count, sum and sum of outer products of the features of one kind."""

    count: int
    total: Moments
    outer: Moments

    @classmethod
    def empty(cls, likeness: Likeness, dimensions: Dimensions = DIMENSIONS) -> "Distribution":
        """The distribution of no songs."""
        size = dimensions[likeness] + (likeness == "affect")
        return cls(0, np.zeros(size), np.zeros((size, size)))

    def with_rows(self, rows: Array, sign: int) -> "Distribution":
        """With these features added (`sign` 1) or taken away (-1)."""
        exact = rows.astype(np.float64)
        return Distribution(
            self.count + sign * len(rows),
            self.total + sign * exact.sum(axis=0),
            self.outer + sign * (exact.T @ exact),
        )

    def mean(self) -> Array:
        """The mean features."""
        return (self.total / max(self.count, 1)).astype(np.float32)

    def moments(self, weights: Array, prior: tuple[float, float]) -> tuple[float, float]:
        """Mean and spread over the catalogue of the product with `weights`."""
        exact, count = weights.astype(np.float64), max(self.count, 1)
        mean = float(self.total @ exact) / count
        variance = max(float(exact @ self.outer @ exact) / count - mean * mean, 0.0)
        trust = self.count / (self.count + PRIOR_SONGS)
        blended = trust * mean + (1 - trust) * prior[0]
        spread = np.sqrt(trust * variance + (1 - trust) * prior[1] ** 2)
        return blended, max(float(spread), 1e-3)


class Calibration:
    """The distributions of a catalogue. Readers may work while one writer adds and removes."""

    def __init__(self, dimensions: Dimensions = DIMENSIONS) -> None:
        self._known = {kind: Distribution.empty(kind, dimensions) for kind in dimensions}

    def add(self, songs: Sequence[StoredTrack]) -> None:
        """Counts songs in."""
        self._change(songs, 1)

    def remove(self, songs: Sequence[StoredTrack]) -> None:
        """Counts songs out; they must have been counted in."""
        self._change(songs, -1)

    def scores(self, likeness: Likeness, rows: Array, query: Array) -> Array:
        """The calibrated likeness in [0, 1] of each row of features to a query."""
        weights = probe(likeness, query)
        mean, spread = self._known[likeness].moments(weights, PRIORS[likeness])
        spreads = (rows @ weights - mean) / spread
        scores: Array = (0.5 + 0.5 * np.tanh(spreads / SQUASH_SPREADS)).astype(np.float32)
        if likeness == "affect":
            # A song cannot be closer than at the very point, which is but a spread or two above
            # the mean: from the mean to there the scores rise to 1.
            top = max((float(query @ query) - mean) / spread, LEAST_TOP_SPREADS)
            scores = np.where(spreads > 0, np.minimum(0.5 + 0.5 * spreads / top, 1), scores)
        return scores.astype(np.float32)

    def mean(self, likeness: Likeness) -> Array:
        """The mean features of the catalogue."""
        return self._known[likeness].mean()

    def _change(self, songs: Sequence[StoredTrack], sign: int) -> None:
        for kind in self._known:
            found = [vector for song in songs if (vector := song.vector(kind)) is not None]
            if found:
                rows = features(kind, np.stack(found))
                self._known[kind] = self._known[kind].with_rows(rows, sign)
