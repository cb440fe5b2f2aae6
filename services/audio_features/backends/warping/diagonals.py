"""Dynamic time warping (Sakoe & Chiba 1978) along anti-diagonals, in compiled code.

Pairs (i, j) with the same sum i + j depend only on the two sums before, so all of a diagonal is
computed at once, in vectors. The query lies reversed, so that both sequences are read forwards
along a diagonal. Costs are Euclidean distances in single precision of differences that are exact
to one rounding; they are summed in double precision.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.warping.layouts import PADDING
from services.audio_features.domain import Floats

Numbers = NDArray[np.float64]

DIAGONAL, QUERY, CANDIDATE = 0, 1, 2
"""The step that led to a pair: both sequences went on, only the query, or only the candidate."""

CHECK_EVERY = 8
"""Diagonals between two looks at whether the distance can still stay under the limit."""

SLACK = 1e-5
"""By how much, relatively, a bound must pass the limit: it is rounded as the distance is."""


@njit(cache=True, nogil=True)
def _costs(
    query: Floats, candidate: Floats, at: np.uintp, reversed_at: np.uintp, count: int, out: Floats
) -> None:
    """Squared distances of the pairs of a diagonal; unsigned indices spare a check of the sign."""
    for d in range(0, query.shape[0], 4):
        d0, d1, d2, d3 = np.uintp(d), np.uintp(d + 1), np.uintp(d + 2), np.uintp(d + 3)
        for b in range(count):
            k = np.uintp(b)
            x0 = query[d0, reversed_at + k] - candidate[d0, at + k]
            x1 = query[d1, reversed_at + k] - candidate[d1, at + k]
            x2 = query[d2, reversed_at + k] - candidate[d2, at + k]
            x3 = query[d3, reversed_at + k] - candidate[d3, at + k]
            square = (x0 * x0 + x1 * x1) + (x2 * x2 + x3 * x3)
            out[k] = square if d == 0 else out[k] + square


@njit(cache=True, nogil=True)
def _advance(
    cost: Floats, older: Numbers, newer: Numbers, current: Numbers, at: np.uintp, count: int
) -> None:
    """The cheapest way to each pair of a diagonal; column j is at j + 1."""
    for b in range(count):
        k = np.uintp(b)
        both, left, right = older[at + k], newer[at + k], newer[at + k + np.uintp(1)]
        one = left if left < right else right
        current[at + k + np.uintp(1)] = (both if both <= one else one) + np.sqrt(cost[k])


@njit(cache=True, nogil=True)
def _note(
    older: Numbers, newer: Numbers, at: np.uintp, place: int, count: int, steps: NDArray[np.uint8]
) -> None:
    """Writes which step `_advance` takes to each pair of a diagonal."""
    for b in range(count):
        k = np.uintp(b)
        both, left, right = older[at + k], newer[at + k], newer[at + k + np.uintp(1)]
        one = left if left < right else right
        step = np.uint8(CANDIDATE) if left < right else np.uint8(QUERY)
        steps[np.uintp(place) + k] = np.uint8(DIAGONAL) if both <= one else step


@njit(cache=True, nogil=True)
def _hopeless(
    sums: Numbers, total: int, low: int, high: int, rows: Numbers, columns: Numbers, limit: float
) -> bool:
    """Whether no pair of a diagonal can lead to a distance within the limit."""
    for j in range(low, high + 1):
        rest = max(rows[total - j], columns[j])
        if sums[j + 1] + rest <= limit * (1 + SLACK):
            return False
    return True


@njit(cache=True, nogil=True)
def walk(
    query: Floats,
    candidate: Floats,
    width: int,
    is_open: bool,
    steps: NDArray[np.uint8],
    limit: float,
    rows: Numbers,
    columns: Numbers,
) -> tuple[float, int]:
    """Walks two sequences together; returns the distance, and where in the candidate it ends.

    Args:
        query: Lanes of the query, of n frames, reversed.
        candidate: Lanes of the candidate, of m frames.
        width: Pairs with `-width < j - i < width` are allowed, widened on the side of the longer
            sequence by the difference of their lengths; at least 1.
        is_open: Whether the walk may begin and end anywhere in the candidate.
        steps: Filled with the step to each pair, as `walked_back` reads it, if of shape
            (n + m - 1, min(n, m)); else it is empty.
        limit: The walk is given up, with infinity, once the distance is sure to pass this.
        rows: The least that what follows row i must cost, shape (n,); used with a limit.
        columns: The same of columns, shape (m,).
    """
    n, m = query.shape[1] - PADDING, candidate.shape[1] - PADDING
    below, above = width + max(0, n - m), width + max(0, m - n)
    outside = 0.0 if is_open else np.inf
    cost = np.empty(m + PADDING, np.float32)
    older, newer, current = (
        np.full(m + 3, np.inf),
        np.full(m + 3, np.inf),
        np.full(m + 3, np.inf),
    )
    older[0], newer[1] = 0.0, outside
    best, end = np.inf, m - 1
    for total in range(n + m - 1):
        low = max(0, total - n + 1, (total - below) // 2 + 1)
        high = min(m - 1, total, (total + above - 1) // 2)
        count = high - low + 1
        whole = (count + PADDING - 1) // PADDING * PADDING
        _costs(query, candidate, np.uintp(low), np.uintp(n - 1 - total + low), whole, cost)
        _advance(cost, older, newer, current, np.uintp(low), count)
        if steps.size > 0:
            place = low - max(0, total - n + 1)
            _note(older, newer, np.uintp(low), place, count, steps[total])
        current[low] = np.inf
        current[high + 2] = outside if high == total else np.inf
        if is_open and low == total - n + 1 and current[low + 1] < best:
            best, end = current[low + 1], low
        older, newer, current = newer, current, older
        if limit < np.inf and total % CHECK_EVERY == CHECK_EVERY - 1:
            last = total - 1
            if _hopeless(newer, total, low, high, rows, columns, limit) and _hopeless(
                older,
                last,
                max(0, last - n + 1, (last - below) // 2 + 1),
                min(m - 1, last, (last + above - 1) // 2),
                rows,
                columns,
                limit,
            ):
                return np.inf, end
    return (best, end) if is_open else (newer[m], end)


@njit(cache=True, nogil=True)
def walked_back(steps: NDArray[np.uint8], n: int, end: int, is_open: bool) -> NDArray[np.int32]:
    """The path of pairs (i, j) that ends at (n - 1, end), from its beginning, shape (pairs, 2)."""
    path = np.empty((n + end, 2), np.int32)
    i, j, k = n - 1, end, n + end
    while True:
        k -= 1
        path[k, 0], path[k, 1] = i, j
        if i == 0 and (is_open or j == 0):
            return path[k:]
        step = steps[i + j, j - max(0, i + j - n + 1)]
        i -= step != CANDIDATE
        j -= step != QUERY
