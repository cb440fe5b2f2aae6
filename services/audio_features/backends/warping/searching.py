"""Exact search: the nearest of many candidates, most of them put aside by cheap bounds."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.warping.bounds import boxes, ends, outside, rests, total
from services.audio_features.backends.warping.diagonals import SLACK, walk
from services.audio_features.backends.warping.layouts import PADDING
from services.audio_features.domain import Floats

Numbers = NDArray[np.float64]

NEARLY = 0.75
"""From what share of the limit on a candidate's bound is worth a second one."""


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
def column_costs(
    query: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Floats:
    """What each frame of each candidate costs at least, one candidate after the other.

    Boxes are kept for the next candidate of the same length and band.
    """
    costs = np.empty(lengths.sum(), np.float32)
    low, high = boxes(query, widths[0], lengths[0])
    begin = 0
    for k in range(len(lengths)):
        if k > 0 and (lengths[k] != lengths[k - 1] or widths[k] != widths[k - 1]):
            low, high = boxes(query, widths[k], lengths[k])
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        costs[begin : begin + lengths[k]] = outside(candidate, lengths[k], low, high)
        begin += lengths[k]
    return costs


@njit(cache=True, nogil=True)
def cheap_bounds(
    query: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    costs: Floats,
) -> Numbers:
    """The larger of two bounds for each candidate: its ends, and the sum of its frames' costs."""
    bounds = np.empty(len(lengths))
    begin = 0
    for k in range(len(lengths)):
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        bounds[k] = max(ends(query, candidate), total(costs[begin : begin + lengths[k]]))
        begin += lengths[k]
    return bounds


@njit(cache=True, nogil=True)
def row_costs(query: Floats, candidate: Floats, width: int) -> Floats:
    """What each frame of the query costs at least: the bound the other way round."""
    n = query.shape[1] - PADDING
    low, high = boxes(candidate, width, n)
    return outside(query, n, low, high)


@njit(cache=True, nogil=True)
def both_bounds(
    query: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Numbers:
    """The largest bound of each candidate, of all three."""
    costs = column_costs(query, values, offsets, lengths, widths)
    bounds = cheap_bounds(query, values, offsets, lengths, costs)
    for k in range(len(lengths)):
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        bounds[k] = max(bounds[k], total(row_costs(query, candidate, widths[k])))
    return bounds


@njit(cache=True, nogil=True)
def nearest(
    query: Floats,
    backwards: Floats,
    values: Floats,
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    widths: NDArray[np.int64],
    costs: Floats,
    bounds: Numbers,
    order: NDArray[np.int64],
    count: int,
    limits: Numbers,
    own: int,
) -> tuple[NDArray[np.int64], Numbers]:
    """The `count` candidates of least distance, nearest first; of equal ones, the earlier first.

    Candidates come in the `order` of their cheap `bounds`, so the search ends at the first over
    the largest distance that is still among the best; `costs` are those of `column_costs`. The
    bound the other way round costs as much as a part of the walk, so it is only asked where the
    first came near to putting a candidate aside.

    Searches over parts of the candidates may run side by side: each writes the largest of its best
    distances to its `own` place in `limits`, and what is over the least of those is not among the
    best of all.
    """
    begins = np.cumsum(lengths) - lengths
    indices, distances = np.full(count, -1), np.full(count, np.inf)
    rows, steps = np.zeros(query.shape[1] - PADDING), np.empty((0, 0), np.uint8)
    for k in order:
        limit = limits.min()
        if bounds[k] > limit * (1 + SLACK):
            break
        candidate = lanes_of(values, offsets, lengths, query.shape[0], k)
        is_near = bounds[k] > NEARLY * limit
        if is_near and total(row_costs(query, candidate, widths[k])) > limit * (1 + SLACK):
            continue
        columns = rests(costs[begins[k] : begins[k] + lengths[k]])
        distance = walk(backwards, candidate, widths[k], False, steps, limit, rows, columns)[0]
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
            limits[own] = distances[count - 1]
    return indices, distances
