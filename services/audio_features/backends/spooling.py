"""Numbers that are appended once and read often: in memory while few, else in a scratch file."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from services.audio_features.domain import Floats

_BYTES = 4


class Spool:
    """Appends float32 numbers and reads any stretch of them; reading is safe from many threads.

    The file has no name, so that nothing of it is left whatever happens to the process.

    Args:
        memory_bytes: What is held in memory before a file is used.
        folder: Where that file is made; None stands for the system's own folder.
    """

    def __init__(self, memory_bytes: int, folder: Path | None = None) -> None:
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self.count = 0

    def append(self, numbers: Floats) -> None:
        """Adds numbers of any shape, in C order; raises OSError if the disk is full."""
        data = np.ascontiguousarray(numbers, np.float32).reshape(-1).view(np.uint8)
        if self._file is None and len(self._held) + len(data) > self._memory_bytes:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
            _write(self._file, self._held)
            self._held = bytearray()
        if self._file is None:
            self._held += data.data
        else:
            _write(self._file, data.data)
        self.count += numbers.size

    def read(self, start: int, stop: int) -> Floats:
        """A copy of the numbers from `start` to `stop`, which must lie within `count`."""
        first, length = start * _BYTES, max(0, stop - start) * _BYTES
        if self._file is None:
            return np.frombuffer(self._held[first : first + length], np.float32)
        data = bytearray(length)
        view, done = memoryview(data), 0
        while done < length:  # one call reads 2 GiB at most
            done += os.preadv(self._file.fileno(), [view[done:]], first + done)
        return np.frombuffer(data, np.float32)

    def close(self) -> None:
        """Gives memory and file back; nothing can be read afterwards."""
        self._held = bytearray()
        self.count = 0
        if self._file is not None:
            self._file.close()
            self._file = None


def _write(file: BinaryIO, data: bytearray | memoryview) -> None:
    view, done = memoryview(data), 0
    while done < len(view):
        done += file.write(view[done:])
