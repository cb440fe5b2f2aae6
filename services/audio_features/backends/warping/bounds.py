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
    padded = count + window - 1
    low, high = np.empty((rows, count), np.float32), np.empty((rows, count), np.float32)
    inside = min(length, count + ahead)
    one, other = np.empty(padded, np.float32), np.empty(padded, np.float32)
    for d in range(rows):
        for sign in (1, -1):  # the highest value is the lowest of the negatives
            one[:] = np.inf
            one[behind : behind + inside] = np.float32(sign) * lanes[d, :inside]
            _slide(one, other, window)
            if sign == 1:
                low[d] = one[:count]
            else:
                high[d] = -one[:count]
    return low, high


@njit(cache=True, nogil=True)
def _slide(values: Floats, other: Floats, window: int) -> None:
    """Replaces each value by the lowest of the window that begins at it."""
    reach = 1
    while reach < window:
        step = min(reach, window - reach)
        _lower(values, step, other)
        values[: len(values) - step] = other[: len(values) - step]
        reach += step


@njit(cache=True, nogil=True)
def _lower(values: Floats, step: int, out: Floats) -> None:
    """The lower of each value and the one some steps later; to another array, so in vectors."""
    for each in range(len(values) - step):
        k = np.uintp(each)
        here, there = values[k], values[k + np.uintp(step)]
        out[k] = here if here < there else there


@njit(cache=True, nogil=True)
def outside(lanes: Floats, length: int, low: Floats, high: Floats) -> Floats:
    """How far each of the first `length` frames lies outside its box, shape (length,)."""
    square = np.zeros(length, np.float32)
    for d in range(lanes.shape[0]):
        for k in range(length):
            value = lanes[d, k]
            under, over = low[d, k] - value, value - high[d, k]
            gap = under if under > over else over
            gap = gap if gap > 0 else np.float32(0)
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


@njit(cache=True, nogil=True)
def total(costs: Floats) -> float:
    """Their sum, in double precision."""
    left = 0.0
    for cost in costs:
        left += cost
    return left
