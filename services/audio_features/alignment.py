"""Dynamic time warping (Sakoe & Chiba 1978): the cheapest walk through two sequences together."""

import numpy as np
from numpy.typing import NDArray

from services.audio_features.domain import Alignment, Floats

Numbers = NDArray[np.float64]

DIAGONAL, FIRST, SECOND = 0, 1, 2
"""The step that led to a pair: both sequences went on, only the first, or only the second."""


def align(first: Floats, second: Floats) -> Alignment:
    """Aligns two sequences of shapes (n, d) and (m, d), n and m at least 1.

    The cost of a pair of frames is their Euclidean distance after every dimension has been
    divided by its deviation over both sequences, so that each counts equally. Steps are (1, 1),
    (1, 0) and (0, 1), of equal weight, as in `librosa.sequence.dtw`. Needs n x m bytes.
    """
    both = np.concatenate([first, second]).astype(np.float64)
    deviation = both.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    return warp(first / scale, second / scale)


def warp(first: Numbers, second: Numbers) -> Alignment:
    """Aligns two sequences by Euclidean cost as they are.

    Pairs whose indices have the same sum depend only on the two sums before, so each such
    diagonal is computed at once; only the step taken is kept for every pair.
    """
    n, m = len(first), len(second)
    steps = np.zeros((n, m), np.int8)
    older, newer = np.full(n + 1, np.inf), np.full(n + 1, np.inf)
    older[0] = 0.0  # what comes before the first pair costs nothing; index is i + 1
    for total in range(n + m - 1):
        i = np.arange(max(0, total - m + 1), min(n, total + 1))
        j = total - i
        cost = np.sqrt(np.sum((first[i] - second[j]) ** 2, axis=1))
        ways = np.stack([older[i], newer[i], newer[i + 1]])
        taken = ways.argmin(axis=0)
        steps[i, j] = taken
        current = np.full(n + 1, np.inf)
        current[i + 1] = ways[taken, np.arange(len(i))] + cost
        older, newer = newer, current
    return Alignment(float(newer[n]), _path(steps))


def _path(steps: NDArray[np.int8]) -> NDArray[np.int32]:
    """Walks back from the last pair to the first."""
    i, j = steps.shape[0] - 1, steps.shape[1] - 1
    path = [(i, j)]
    while i or j:
        step = steps[i, j]
        i -= step != SECOND
        j -= step != FIRST
        path.append((int(i), int(j)))
    return np.array(path[::-1], np.int32)
