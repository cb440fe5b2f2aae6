"""Rows of numbers over time, appended block by block: in memory while few, else in a file."""

from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from services.audio_features.backends.spooling import Spool
from services.audio_features.domain import Floats

MEMORY_BYTES = 48 << 20
"""What is held in memory: features of a quarter of an hour."""


class Table:
    """Named groups of rows, frame after frame; reading is safe from many threads.

    Args:
        heights: How many rows each group has, by name.
        folder: Where the file of a long sound lies; None stands for the system's own folder.
    """

    def __init__(self, heights: Mapping[str, int], folder: Path | None = None) -> None:
        ends = np.cumsum(list(heights.values())).tolist()
        self._groups = {
            name: (end - height, end)
            for (name, height), end in zip(heights.items(), ends, strict=True)
        }
        self._height = ends[-1]
        self._spool = Spool(MEMORY_BYTES, folder)
        self._starts: list[int] = []
        self.frames = 0

    def append(self, block: Mapping[str, Floats]) -> None:
        """Adds frames: each group as (rows, n)."""
        rows = np.concatenate([np.atleast_2d(block[name]) for name in self._groups])
        self._starts.append(self.frames)
        self.frames += rows.shape[1]
        self._spool.append(rows)

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Floats:
        """Frames `start` to `stop` of one group, shape (rows, n)."""
        start, stop, _ = slice(start, stop).indices(self.frames)
        top, bottom = self._groups[name]
        result = np.empty((bottom - top, max(0, stop - start)), np.float32)
        index = bisect_right(self._starts, start) - 1
        while start < stop:
            first, last = self._block(index)
            until = min(stop, last)
            numbers = self._spool.read(
                self._height * first + top * (last - first),
                self._height * first + bottom * (last - first),
            )
            part = numbers.reshape(bottom - top, last - first)[:, start - first : until - first]
            result[:, result.shape[1] - (stop - start) :][:, : until - start] = part
            start, index = until, index + 1
        return result

    def _block(self, index: int) -> tuple[int, int]:
        """Frames that one block has."""
        following = self._starts[index + 1 : index + 2]
        return self._starts[index], following[0] if following else self.frames

    def close(self) -> None:
        """Gives everything back."""
        self._spool.close()
