"""Bounds that a banded distance cannot be under, cheap to compute (Keogh & Ratanamahatana 2005).

Every frame of one sequence is paired at least once with a frame that the band allows, and costs at
least its distance to the smallest box, dimension by dimension, that holds all of those. Hence the
sum over its frames of the distances to their boxes never passes the banded distance.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.warping.layouts import PADDING
from services.audio_features.domain import Floats

Numbers = NDArray[np.float64]


@njit(cache=True, nogil=True)
def envelope(
    lanes: Floats, length: int, behind: int, ahead: int, count: int
) -> tuple[Floats, Floats]:
    """The lowest and highest value of each row within `behind` frames before to `ahead` after.

    Frames outside 0 to `length - 1` do not count; at least one must be inside for each of the
    `count` positions. The windows double until they are long enough. Shape (rows, count).
    """
    rows, window = lanes.shape[0], behind + ahead + 1
    low = np.full((rows, count + window - 1), np.float32(np.inf))
    high = np.full((rows, count + window - 1), np.float32(-np.inf))
    inside = min(length, count + ahead)
    low[:, behind : behind + inside] = lanes[:, :inside]
    high[:, behind : behind + inside] = lanes[:, :inside]
    reach = 1
    while reach < window:
        step = min(reach, window - reach)
        for d in range(rows):
            for k in range(low.shape[1] - step):
                low[d, k] = min(low[d, k], low[d, k + step])
                high[d, k] = max(high[d, k], high[d, k + step])
        reach += step
    return low[:, :count].copy(), high[:, :count].copy()


@njit(cache=True, nogil=True)
def outside(lanes: Floats, length: int, low: Floats, high: Floats) -> Floats:
    """How far each of the first `length` frames lies outside its box, shape (length,)."""
    square = np.zeros(length, np.float32)
    for d in range(lanes.shape[0]):
        for k in range(length):
            value = lanes[d, k]
            under, over = low[d, k] - value, value - high[d, k]
            gap = max(max(under, over), np.float32(0))
            square[k] += gap * gap
    return np.sqrt(square)


@njit(cache=True, nogil=True)
def ends(query: Floats, candidate: Floats) -> float:
    """The cost of the first pair and the last one, which every walk pays (Kim, Park, Chu 2001)."""
    n, m = query.shape[1] - PADDING, candidate.shape[1] - PADDING
    first = last = 0.0
    for d in range(query.shape[0]):
        first += float(query[d, 0] - candidate[d, 0]) ** 2
        last += float(query[d, n - 1] - candidate[d, m - 1]) ** 2
    return math.sqrt(first) + (0.0 if n == m == 1 else math.sqrt(last))


@njit(cache=True, nogil=True)
def boxes(lanes: Floats, width: int, other: int) -> tuple[Floats, Floats]:
    """The box that the band leaves each frame of a sequence of `other` frames in this one."""
    length = lanes.shape[1] - PADDING
    behind, ahead = width - 1 + max(0, other - length), width - 1 + max(0, length - other)
    reach = length + other
    return envelope(lanes, length, min(behind, reach), min(ahead, reach), other)


@njit(cache=True, nogil=True)
def rests(costs: Floats) -> Numbers:
    """What follows each frame must cost at least, shape (frames,); the last is followed by 0."""
    left = np.zeros(len(costs))
    for k in range(len(costs) - 2, -1, -1):
        left[k] = left[k + 1] + costs[k + 1]
    return left
