"""Exact search: the nearest of many candidates, most of them put aside by cheap bounds."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.warping.bounds import boxes, ends, outside, rests
from services.audio_features.backends.warping.diagonals import SLACK, walk
from services.audio_features.backends.warping.layouts import PADDING
from services.audio_features.domain import Floats

Numbers = NDArray[np.float64]


@njit(cache=True, nogil=True)
def lanes_of(
    values: Floats, offsets: NDArray[np.int64], lengths: NDArray[np.int64], rows: int, k: int
) -> Floats:
    """The lanes of candidate k; a view."""
    stride = lengths[k] + PADDING
    return values[offsets[k] : offsets[k] + rows * stride].reshape(rows, stride)


@njit(cache=True, nogil=True)
def every_distance(
    backwards: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
    is_open: bool,
) -> tuple[Numbers, NDArray[np.int64]]:
    """The distance of every candidate, and where in it the walk ends."""
    distances, last = np.empty(len(lengths)), np.empty(len(lengths), np.int64)
    steps, nothing = np.empty((0, 0), np.uint8), np.empty(0)
    for k in range(len(lengths)):
        candidate = lanes_of(values, offsets, lengths, backwards.shape[0], k)
        distances[k], last[k] = walk(
            backwards, candidate, widths[k], is_open, steps, np.inf, nothing, nothing
        )
    return distances, last


@njit(cache=True, nogil=True)
def column_bounds(
    query: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Numbers:
    """The larger of two bounds for each candidate: its ends, and its frames to the query's boxes.

    Boxes are kept for the next candidate of the same length and band.
    """
    bounds = np.empty(len(lengths))
    low, high = boxes(query, widths[0], lengths[0])
    for k in range(len(lengths)):
        if k > 0 and (lengths[k] != lengths[k - 1] or widths[k] != widths[k - 1]):
            low, high = boxes(query, widths[k], lengths[k])
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        total = 0.0
        for cost in outside(candidate, lengths[k], low, high):
            total += cost
        bounds[k] = max(ends(query, candidate), total)
    return bounds


@njit(cache=True, nogil=True)
def both_bounds(
    query: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Numbers:
    """The largest bound of each candidate: `column_bounds`, or the query's frames to its boxes."""
    bounds = column_bounds(query, values, offsets, lengths, widths)
    n = query.shape[1] - PADDING
    for k in range(len(lengths)):
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        low, high = boxes(candidate, widths[k], n)
        total = 0.0
        for cost in outside(query, n, low, high):
            total += cost
        bounds[k] = max(bounds[k], total)
    return bounds


@njit(cache=True, nogil=True)
def _distance_within(
    query: Floats, backwards: Floats, candidate: Floats, width: int, limit: float
) -> float:
    """The distance, or infinity if it is sure to pass the limit."""
    n, m = query.shape[1] - PADDING, candidate.shape[1] - PADDING
    low, high = boxes(candidate, width, n)
    by_rows = outside(query, n, low, high)
    rows = rests(by_rows)
    if rows[0] + by_rows[0] > limit * (1 + SLACK):
        return np.inf
    low, high = boxes(query, width, m)
    columns = rests(outside(candidate, m, low, high))
    steps = np.empty((0, 0), np.uint8)
    return walk(backwards, candidate, width, False, steps, limit, rows, columns)[0]


@njit(cache=True, nogil=True)
def nearest(
    query: Floats,
    backwards: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
    count: int,
) -> tuple[NDArray[np.int64], Numbers]:
    """The `count` candidates of least distance, nearest first; of equal ones, the earlier first.

    Candidates come in the order of their bounds, so the search ends at the first bound over the
    largest distance that is still among the best.
    """
    bounds = column_bounds(query, values, offsets, lengths, widths)
    indices, distances = np.full(count, -1), np.full(count, np.inf)
    for k in np.argsort(bounds, kind="mergesort"):
        limit = distances[count - 1]
        if bounds[k] > limit * (1 + SLACK):
            break
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        distance = _distance_within(query, backwards, candidate, widths[k], limit)
        place = count
        while place > 0 and (
            distance < distances[place - 1]
            or (distance == distances[place - 1] and k < indices[place - 1])
        ):
            place -= 1
        if place < count and distance < np.inf:
            indices[place + 1 :] = indices[place:-1].copy()
            distances[place + 1 :] = distances[place:-1].copy()
            indices[place], distances[place] = k, distance
    return indices, distances
