"""Subsequence warping with bounded slopes: a clip never lingers, and never skips two frames.

Of the steps (1, 1), (1, 2) and (2, 1), as Müller (Fundamentals of Music Processing 2015, 7.2)
takes them to find a clip in a recording, none stays in a row or a column, so that every row of
costs depends on the two before only and is computed at once, in vectors.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.domain import Floats

Starts = NDArray[np.int32]

UNREACHED = np.float32(1e30)
"""The cost of what no walk leads to."""


@njit(cache=True, nogil=True)
def _row(
    costs: Floats,
    above_costs: Floats,
    above: Floats,
    above_starts: Starts,
    second: Floats,
    second_starts: Starts,
    penalty: np.float32,
    sums: Floats,
    starts: Starts,
) -> None:
    """The cheapest way to each frame of a row; frame j of `above` and `second` is at j + 2."""
    for j in range(costs.shape[0]):
        k = np.uintp(j)
        straight = above[k + np.uintp(1)]
        skipping = above[k] + penalty
        lingering = second[k + np.uintp(1)] + above_costs[k] + penalty
        best, start = straight, above_starts[k + np.uintp(1)]
        start = above_starts[k] if skipping < best else start
        best = skipping if skipping < best else best
        start = second_starts[k + np.uintp(1)] if lingering < best else start
        best = lingering if lingering < best else best
        sums[k + np.uintp(2)] = best + costs[k]
        starts[k + np.uintp(2)] = start


@njit(cache=True, nogil=True)
def slope_bounded(costs: Floats, penalty: float) -> tuple[Floats, Starts]:
    """Walks all rows of a table of costs to every frame of its columns.

    Every row is paid for once, whatever the steps.

    Args:
        costs: The cost of every pair, shape (clip frames, frames).
        penalty: What a step other than (1, 1) costs on top.

    Returns:
        For each frame, the cost of the best walk that ends there, and the frame where it began.
    """
    rows, columns = costs.shape
    extra = np.float32(penalty)
    second, above, sums = (
        np.full(columns + 2, UNREACHED),
        np.full(columns + 2, UNREACHED),
        np.full(columns + 2, UNREACHED),
    )
    second_starts, above_starts, starts = (
        np.zeros(columns + 2, np.int32),
        np.zeros(columns + 2, np.int32),
        np.zeros(columns + 2, np.int32),
    )
    above[2:] = costs[0]
    above_starts[2:] = np.arange(columns)
    for i in range(1, rows):
        _row(
            costs[i],
            costs[i - 1],
            above,
            above_starts,
            second,
            second_starts,
            extra,
            sums,
            starts,
        )
        second, above, sums = above, sums, second
        second_starts, above_starts, starts = above_starts, starts, second_starts
    return above[2:], above_starts[2:]
