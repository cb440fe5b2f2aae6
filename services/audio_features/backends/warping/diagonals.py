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

TOGETHER = 12
"""Dimensions whose squares are summed in one go, where a sequence has as many."""

CHECK_EVERY = 8
"""Diagonals between two looks at whether the distance can still stay under the limit."""

SLACK = 1e-5
"""By how much, relatively, a bound must pass the limit: it is rounded as the distance is."""


@njit(cache=True, nogil=True, fastmath={"contract"})
def _four(
    query: Floats, candidate: Floats, row: int, i: np.uintp, j: np.uintp, count: int, out: Floats
) -> None:
    """Adds the squared differences of four dimensions; unsigned indices need no check of sign."""
    a, b, c, d = np.uintp(row), np.uintp(row + 1), np.uintp(row + 2), np.uintp(row + 3)
    for each in range(count):
        k = np.uintp(each)
        w = query[a, i + k] - candidate[a, j + k]
        x = query[b, i + k] - candidate[b, j + k]
        y = query[c, i + k] - candidate[c, j + k]
        z = query[d, i + k] - candidate[d, j + k]
        out[k] += (w * w + x * x) + (y * y + z * z)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _twelve(
    query: Floats, candidate: Floats, i: np.uintp, j: np.uintp, count: int, out: Floats
) -> None:
    """The squared differences of the first twelve dimensions, without a detour by memory."""
    r3, r4, r5, r6 = np.uintp(3), np.uintp(4), np.uintp(5), np.uintp(6)
    r7, r8, r9, r10, r11 = np.uintp(7), np.uintp(8), np.uintp(9), np.uintp(10), np.uintp(11)
    r0, r1, r2 = np.uintp(0), np.uintp(1), np.uintp(2)
    for each in range(count):
        k = np.uintp(each)
        x0 = query[r0, i + k] - candidate[r0, j + k]
        x1 = query[r1, i + k] - candidate[r1, j + k]
        x2 = query[r2, i + k] - candidate[r2, j + k]
        x3 = query[r3, i + k] - candidate[r3, j + k]
        x4 = query[r4, i + k] - candidate[r4, j + k]
        x5 = query[r5, i + k] - candidate[r5, j + k]
        x6 = query[r6, i + k] - candidate[r6, j + k]
        x7 = query[r7, i + k] - candidate[r7, j + k]
        x8 = query[r8, i + k] - candidate[r8, j + k]
        x9 = query[r9, i + k] - candidate[r9, j + k]
        x10 = query[r10, i + k] - candidate[r10, j + k]
        x11 = query[r11, i + k] - candidate[r11, j + k]
        first = (x0 * x0 + x1 * x1) + (x2 * x2 + x3 * x3)
        second = (x4 * x4 + x5 * x5) + (x6 * x6 + x7 * x7)
        out[k] = first + (second + ((x8 * x8 + x9 * x9) + (x10 * x10 + x11 * x11)))


@njit(cache=True, nogil=True)
def _costs(
    query: Floats, candidate: Floats, i: np.uintp, j: np.uintp, count: int, out: Floats
) -> None:
    """Squared distances of a diagonal's pairs: chroma has twelve dimensions, MFCC twenty."""
    done = 0
    if query.shape[0] >= TOGETHER:
        _twelve(query, candidate, i, j, count, out)
        done = TOGETHER
    else:
        out[:count] = 0
    for row in range(done, query.shape[0], 4):
        _four(query, candidate, row, i, j, count, out)


@njit(cache=True, nogil=True)
def _advance(
    cost: Floats, sums: Numbers, older: np.uintp, newer: np.uintp, current: np.uintp, count: int
) -> None:
    """The cheapest way to each pair of a diagonal, from the two diagonals before.

    All three lie in `sums`, from the places that are given; the pair's own place is one later.
    """
    for each in range(count):
        k = np.uintp(each)
        both, left, right = sums[older + k], sums[newer + k], sums[newer + k + np.uintp(1)]
        one = left if left < right else right
        sums[current + k + np.uintp(1)] = (both if both <= one else one) + np.sqrt(cost[k])


@njit(cache=True, nogil=True)
def _note(
    sums: Numbers, older: np.uintp, newer: np.uintp, count: int, steps: NDArray[np.uint8]
) -> None:
    """Writes which step `_advance` takes to each pair of a diagonal."""
    for each in range(count):
        k = np.uintp(each)
        both, left, right = sums[older + k], sums[newer + k], sums[newer + k + np.uintp(1)]
        one = left if left < right else right
        step = np.uint8(CANDIDATE) if left < right else np.uint8(QUERY)
        steps[k] = np.uint8(DIAGONAL) if both <= one else step


@njit(cache=True, nogil=True)
def _ends(total: int, n: int, m: int, width: int) -> tuple[int, int]:
    """The first and the last column of a diagonal inside the band."""
    below, above = width + max(0, n - m), width + max(0, m - n)
    low = max(0, total - n + 1, (total - below) // 2 + 1)
    return low, min(m - 1, total, (total + above - 1) // 2)


@njit(cache=True, nogil=True)
def _hopeless(
    sums: Numbers,
    place: int,
    total: int,
    span: tuple[int, int],
    rows: Numbers,
    columns: Numbers,
    limit: float,
) -> bool:
    """Whether no pair of a diagonal can lead to a distance within the limit."""
    for j in range(span[0], span[1] + 1):
        rest = max(rows[total - j], columns[j])
        if sums[place + j + 1] + rest <= limit * (1 + SLACK):
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
    outside = 0.0 if is_open else np.inf
    cost, length = np.empty(m + PADDING, np.float32), m + 2 + PADDING
    sums = np.full(3 * length, np.inf)
    older, newer, current = 0, length, 2 * length
    sums[older], sums[newer + 1] = 0.0, outside
    best, end = np.inf, m - 1
    for total in range(n + m - 1):
        low, high = _ends(total, n, m, width)
        whole = (high - low + PADDING) // PADDING * PADDING
        _costs(query, candidate, np.uintp(n - 1 - total + low), np.uintp(low), whole, cost)
        places = np.uintp(older + low), np.uintp(newer + low), np.uintp(current + low)
        _advance(cost, sums, *places, whole)
        if steps.size > 0:
            first = low - max(0, total - n + 1)
            _note(sums, places[0], places[1], high - low + 1, steps[total, first:])
        sums[current + low] = np.inf
        sums[current + high + 2] = outside if high == total else np.inf
        if is_open and low == total - n + 1 and sums[current + low + 1] < best:
            best, end = sums[current + low + 1], low
        older, newer, current = newer, current, older
        if (
            limit < np.inf
            and total % CHECK_EVERY == CHECK_EVERY - 1
            and _hopeless(sums, newer, total, (low, high), rows, columns, limit)
            and _hopeless(
                sums, older, total - 1, _ends(total - 1, n, m, width), rows, columns, limit
            )
        ):
            return np.inf, end
    return (best, end) if is_open else (sums[newer + m], end)


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
