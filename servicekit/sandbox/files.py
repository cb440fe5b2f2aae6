"""The file of a job: what the service hands over, and what a decoder reads it through."""

from __future__ import annotations

import fcntl
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

_SEALS = (
    getattr(fcntl, "F_SEAL_SEAL", 1)
    | getattr(fcntl, "F_SEAL_SHRINK", 2)
    | getattr(fcntl, "F_SEAL_GROW", 4)
    | getattr(fcntl, "F_SEAL_WRITE", 8)
)
_ADD_SEALS = getattr(fcntl, "F_ADD_SEALS", 1033)


@contextmanager
def descriptor_of(media: bytes | BinaryIO) -> Iterator[int]:
    """Yields a descriptor that can be read but not written.

    Bytes go into memory that can never be changed again, where the system has that, and otherwise
    into a nameless temporary file.

    Raises:
        ValueError: The file was opened for writing too.
    """
    if not isinstance(media, bytes):
        descriptor = media.fileno()
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
            raise ValueError("a file for the sandbox must be opened for reading only")
        yield descriptor
        return
    descriptor = _sealed(media) if hasattr(os, "memfd_create") else _nameless(media)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sealed(data: bytes) -> int:
    descriptor = os.memfd_create("media", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    _write(descriptor, data)
    fcntl.fcntl(descriptor, _ADD_SEALS, _SEALS)
    return descriptor


def _nameless(data: bytes) -> int:
    descriptor, name = tempfile.mkstemp(prefix="vts-")
    try:
        _write(descriptor, data)
        return os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(descriptor)
        Path(name).unlink()


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class ReadOnlyFile(io.RawIOBase):
    """A descriptor as a file that can be read and sought; its place is its own, not shared."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills the buffer as far as the file goes."""
        view = memoryview(buffer).cast("B")
        read = os.preadv(self._descriptor, [view], self._place) if view else 0
        self._place += read
        return read

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Goes to a place; raises OSError for one before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a place before the beginning of the file")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place
