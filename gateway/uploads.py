"""Media on its way in: in memory while small, in a temporary file beyond, never without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from tempfile import SpooledTemporaryFile
from typing import IO, ParamSpec, TypeVar

from servicekit.media import SNIFF_BYTES, too_large

CHUNK_BYTES = 256 * 1024
"""The size of the pieces in which media travels onwards."""

_IN_MEMORY_BYTES = 1024 * 1024
_MEBIBYTE = 1024 * 1024

P = ParamSpec("P")
R = TypeVar("R")


class Allowance:
    """How many more bytes of media a request may bring, over all its parts."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._taken = 0

    def take(self, count: int, field: str) -> None:
        """Counts bytes that arrived.

        Raises:
            ServiceError: `MEDIA_TOO_LARGE`; the rest of the upload should not be read.
        """
        self._taken += count
        if self._taken > self._max_bytes:
            raise too_large(field, in_words(self._max_bytes))


class Upload:
    """One file of media; it can be read from the start as often as needed, by several at a time.

    Args:
        file: Where the bytes lie; belongs to the upload from now on.
        size: How many bytes it holds already.
        declared: The MIME type the sender claims; a hint, never believed over the bytes.
    """

    def __init__(self, file: IO[bytes] | None = None, size: int = 0, declared: str = "") -> None:
        self._file = file or SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115  # see `close`
        self._turn = asyncio.Lock()
        self.size = size
        self.declared = declared

    async def write(self, data: bytes) -> None:
        """Adds bytes at the end; who calls has asked an `Allowance` first."""
        async with self._turn:
            await self._do(self._append, data)
            self.size += len(data)

    async def head(self) -> bytes:
        """The bytes that tell what kind of file it is."""
        return await self._read(0, SNIFF_BYTES)

    async def whole(self) -> bytes:
        """All bytes."""
        return await self._read(0, self.size)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes in pieces of `CHUNK_BYTES`."""
        for start in range(0, self.size, CHUNK_BYTES):
            yield await self._read(start, CHUNK_BYTES)

    def close(self) -> None:
        """Forgets the bytes."""
        self._file.close()

    async def _read(self, start: int, count: int) -> bytes:
        async with self._turn:
            return await self._do(self._read_at, start, count)

    async def _do(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs file work, off the event loop unless the file lies in memory."""
        if self.size + CHUNK_BYTES < _IN_MEMORY_BYTES:
            return work(*args, **kwargs)
        return await asyncio.to_thread(work, *args, **kwargs)

    def _append(self, data: bytes) -> None:
        self._file.seek(self.size)
        self._file.write(data)

    def _read_at(self, start: int, count: int) -> bytes:
        self._file.seek(start)
        return self._file.read(count)


def in_words(count: int) -> str:
    """A number of bytes for people, such as `64 MiB`."""
    return f"{count / _MEBIBYTE:.3g} MiB" if count >= _MEBIBYTE else f"{count} bytes"
