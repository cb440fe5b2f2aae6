"""How sequences lie in memory while they are warped: one row per dimension, ends padded.

A row's padding lets the kernels compute whole vectors of frames at the end of a diagonal; nothing
that is read there reaches a result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from services.audio_features.domain import Floats

PADDING = 16
"""Frames after each row; the kernels work on blocks of so many."""

ROWS = 4
"""Dimensions that the kernels take at once; missing ones are rows of zeros."""


def band_width(share: float, first: int, second: int) -> int:
    """The width of a band that is a share (over 0, at most 1) of the shorter of two lengths.

    As `band_rad` of `librosa.sequence.dtw`: rounded half to even, at least 1.
    """
    return max(1, round(share * min(first, second)))


def lanes(frames: ArrayLike) -> Floats:
    """Lays frames of shape (n, d) out as (rows, n + `PADDING`)."""
    values = np.asarray(frames, np.float32)
    count, width = values.shape
    laid = np.zeros((-(-width // ROWS) * ROWS, count + PADDING), np.float32)
    laid[:width, :count] = values.T
    return laid


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sequences of one width to compare a query with, laid out once for all comparisons.

    The lanes of candidate k begin at `offsets[k]` in `values`, and it has `lengths[k]` frames.
    """

    values: Floats
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    rows: int

    def __len__(self) -> int:
        return len(self.lengths)


def packed(sequences: Sequence[Floats]) -> Candidates:
    """Lays sequences of shapes (n, d), each n at least 1 and all d the same, out together."""
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    frames = np.concatenate(sequences).astype(np.float32, copy=False)
    rows = -(-frames.shape[1] // ROWS) * ROWS
    ends = np.cumsum(rows * (lengths + PADDING))
    offsets = np.concatenate([[0], ends[:-1]])
    values = np.zeros(int(ends[-1]), np.float32)
    _lay(np.ascontiguousarray(frames), lengths, offsets, values)
    return Candidates(values, offsets, lengths, rows)


@njit(cache=True, nogil=True)
def _lay(
    frames: Floats, lengths: NDArray[np.int64], offsets: NDArray[np.int64], values: Floats
) -> None:
    begin = 0
    for k in range(len(lengths)):
        stride = lengths[k] + PADDING
        for d in range(frames.shape[1]):
            row = offsets[k] + d * stride
            for i in range(lengths[k]):
                values[row + i] = frames[begin + i, d]
        begin += lengths[k]
