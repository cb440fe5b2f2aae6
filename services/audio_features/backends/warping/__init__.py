"""Dynamic time warping of this project's own: whole, banded, of a part; alone and over many.

Sequences are arrays of shape (frames, dimensions), compared in single precision by Euclidean
distance; values between 1e-15 and 1e15 keep their squares in range. Steps are (1, 1), (1, 0) and
(0, 1), of equal weight, and distances sums along the path, as in `librosa.sequence.dtw`, which
they equal within 1e-5. A band of a width allows pairs (i, j) with `-width < j - i < width`,
widened on the side of the longer sequence by the difference of the lengths; without a width
everything is allowed. Nothing here starts a thread unless asked to, and the GIL is not held.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.warping import searching
from services.audio_features.backends.warping.diagonals import walk, walked_back
from services.audio_features.backends.warping.layouts import (
    Candidates,
    band_width,
    lanes,
    packed,
)
from services.audio_features.domain import Alignment, Floats

__all__ = ["Candidates", "Span", "band_width", "distances", "find", "nearest", "packed", "warp"]

Numbers = NDArray[np.float64]

_NO_BOUNDS = np.empty(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a sequence is found in a longer one: from frame `start` to `end`, both included.

    `path` has shape (steps, 2): a frame of the shorter, a frame of the longer.
    """

    distance: float
    start: int
    end: int
    path: NDArray[np.int32]


def warp(first: Floats, second: Floats, width: int | None = None) -> Alignment:
    """Aligns two sequences of n and m frames; needs (n + m) times the smaller of both in bytes."""
    distance, path = _walked(first, second, width or len(first) + len(second), is_open=False)
    return Alignment(distance, path)


def find(part: Floats, whole: Floats) -> Span:
    """Finds where a sequence of n frames fits best in a longer one of m; needs (n + m) n bytes."""
    distance, path = _walked(part, whole, len(part) + len(whole), is_open=True)
    return Span(distance, int(path[0, 1]), int(path[-1, 1]), path)


def distances(query: Floats, candidates: Candidates, width: int | float | None = None) -> Numbers:
    """The distance to every candidate, shape (candidates,).

    Args:
        query: The sequence to compare all others with.
        candidates: The others, as `packed`.
        width: The band, in frames, or, if under 1, as a share of the shorter sequence.
    """
    backwards = lanes(query[::-1])
    widths = _widths(len(query), candidates, width)
    return searching.every_distance(backwards, *_laid(candidates), widths, False)[0]


def part_distances(query: Floats, candidates: Candidates) -> tuple[Numbers, NDArray[np.int64]]:
    """The distance to the best part of every candidate, and the frame where that ends."""
    widths = _widths(len(query), candidates, None)
    return searching.every_distance(lanes(query[::-1]), *_laid(candidates), widths, True)


def lower_bounds(query: Floats, candidates: Candidates, width: int | float) -> Numbers:
    """What each banded distance is at least, from the ends and from Keogh's boxes both ways."""
    widths = _widths(len(query), candidates, width)
    return searching.both_bounds(lanes(query), *_laid(candidates), widths)


def nearest(
    query: Floats,
    candidates: Candidates,
    count: int,
    width: int | float | None = None,
    threads: int = 1,
) -> tuple[NDArray[np.int64], Numbers]:
    """Exactly the `count` nearest candidates, nearest first, and their distances.

    Of equally near ones, the one with the lower index comes first. See `distances` for the width.
    The number of threads changes nothing but the time it takes.
    """
    widths, laid = _widths(len(query), candidates, width), _laid(candidates)
    forwards = lanes(query)
    costs = searching.column_costs(forwards, *laid, widths)
    bounds = searching.cheap_bounds(forwards, *laid, costs)
    order = np.argsort(bounds, kind="stable")
    count = min(count, len(candidates))
    shared = forwards, lanes(query[::-1]), *laid, widths, costs, bounds
    limits = np.full(threads, np.inf)

    def search(own: int) -> tuple[NDArray[np.int64], Numbers]:
        return searching.nearest(*shared, order[own::threads], count, limits, own)

    if threads == 1:
        return search(0)
    with ThreadPoolExecutor(threads) as pool:
        found = zip(*pool.map(search, range(threads)), strict=True)
    indices, near = (np.concatenate(parts) for parts in found)
    best = np.lexsort((indices, near))[:count]
    return indices[best], near[best]


def _walked(
    first: Floats, second: Floats, width: int, *, is_open: bool
) -> tuple[float, NDArray[np.int32]]:
    n, m = len(first), len(second)
    steps = np.empty((n + m - 1, min(n, m)), np.uint8)
    laid = lanes(first[::-1]), lanes(second)
    distance, end = walk(*laid, width, is_open, steps, np.inf, _NO_BOUNDS, _NO_BOUNDS)
    return distance, walked_back(steps, n, end, is_open)


def _laid(candidates: Candidates) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    return candidates.values, candidates.offsets, candidates.lengths


def _widths(frames: int, candidates: Candidates, width: int | float | None) -> NDArray[np.int64]:
    """The band of each candidate; without one, so wide that it holds every pair."""
    if width is None:
        return candidates.lengths + frames
    if width >= 1:
        return np.full(len(candidates), int(width))
    return np.array([band_width(width, frames, int(n)) for n in candidates.lengths], np.int64)
