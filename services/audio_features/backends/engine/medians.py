"""Running medians over the rows of a matrix, many columns at a time."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.engine.networks import median_network
from services.audio_features.domain import Floats

LANES = 64
"""Columns that a comparator takes at once; they fit into a few vector registers."""


def running_medians(rows: Floats, places: NDArray[np.intp], window: int) -> Floats:
    """Medians of `window` (odd) neighbouring rows, column by column.

    Args:
        rows: Shape (n, columns).
        places: The rows in the order in which windows see them, shape (count + window - 1,).
        window: How many rows each median is of.

    Returns:
        Shape (count, columns); every value is one of `rows`, as scipy's `median_filter` gives it.
    """
    steps, found, values = median_network(window)
    tile = len(found)
    count = len(places) - window + 1
    tiles = -(-count // tile)
    spare = np.full(tiles * tile - count, places[-1])
    medians = np.empty((count, rows.shape[1]), np.float32)
    _run(rows, np.concatenate([places, spare]), steps, found, values, medians)
    return medians


def mirrored(first: int, last: int, count: int) -> NDArray[np.intp]:
    """Rows `first` to `last`, where those outside of 0 to `count` are mirrored at its edges.

    The edge itself is repeated: scipy's mode `reflect`.
    """
    places = np.arange(first, last) % (2 * count)
    return np.minimum(places, 2 * count - 1 - places)


@njit(nogil=True, cache=True)
def _run(
    rows: Floats,
    places: NDArray[np.intp],
    steps: NDArray[np.int32],
    found: NDArray[np.int32],
    values: int,
    medians: Floats,
) -> None:  # pragma: no cover - compiled
    """Runs the network over every tile of rows and every stretch of columns."""
    count, columns = medians.shape
    tile = len(found)
    held = np.zeros((values, LANES), np.float32)
    for left in range(0, columns, LANES):
        width = min(LANES, columns - left)
        for top in range(0, count, tile):
            for index in range(3 * tile - 2):
                held[index, :width] = rows[places[top + index], left : left + width]
            for low, high, first, second in steps:
                _compare(held, low, high, first, second)
            for index in range(min(tile, count - top)):
                medians[top + index, left : left + width] = held[found[index], :width]


@njit(nogil=True, cache=True)
def _compare(
    held: Floats, low: int, high: int, first: int, second: int
) -> None:  # pragma: no cover - compiled
    """Writes the lesser and the greater of two rows; plain loops become vector instructions."""
    if low >= 0 and high >= 0:
        for lane in range(LANES):
            one, other = held[first, lane], held[second, lane]
            held[low, lane] = one if one < other else other
            held[high, lane] = other if one < other else one
    elif low >= 0:
        for lane in range(LANES):
            one, other = held[first, lane], held[second, lane]
            held[low, lane] = one if one < other else other
    else:
        for lane in range(LANES):
            one, other = held[first, lane], held[second, lane]
            held[high, lane] = other if one < other else one
