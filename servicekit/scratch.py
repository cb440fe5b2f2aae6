"""Scratch: where uploads lie while they are read, in files of bounded size that never stay."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from servicekit import metrics
from servicekit.errors import queue_full
from servicekit.media import SNIFF_BYTES, too_large

PREFIX = "vts-"
"""What the names of scratch folders begin with."""

STALE_SECONDS = 86_400.0
"""Folders older than this were left by a process that was killed; no upload takes a day."""

T = TypeVar("T")

_WRITE_BYTES = 1024 * 1024
_HEARD_OUT_BYTES, _HEARD_OUT_SECONDS = 4 * 1024 * 1024, 0.5


@asynccontextmanager
async def folder(parent: Path | None) -> AsyncIterator[Path]:
    """A new folder that is removed when it is left, off the event loop: files can be large."""
    made = await asyncio.to_thread(
        tempfile.TemporaryDirectory, prefix=PREFIX, dir=parent, ignore_cleanup_errors=True
    )
    try:
        yield Path(made.name)
    finally:
        await asyncio.shield(asyncio.to_thread(made.cleanup))


class Scratch:
    """Folders for uploads, a bounded number of them at a time.

    Args:
        parent: Where they are made; None stands for the system's own folder.
        max_folders: Most at a time, so that disks fill no further than that.
        name: Names the queue in metrics and errors.
    """

    def __init__(self, parent: Path | None, max_folders: int, name: str) -> None:
        self._parent = parent
        self._max_folders = max_folders
        self._name = name
        self._open = 0

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """A folder as `folder` makes it; to be entered before the upload is read.

        Raises:
            ServiceError: `QUEUE_FULL`: there are as many as may be.
        """
        if self._open >= self._max_folders:
            metrics.QUEUE_REFUSED.labels(self._name).inc()
            raise queue_full(self._name)
        self._open += 1
        try:
            async with folder(self._parent) as made:
                yield made
        finally:
            self._open -= 1


def swept(parent: Path | None) -> int:
    """Removes what killed processes left behind; returns how many folders that were."""
    stale_before = time.time() - STALE_SECONDS
    removed = 0
    for path in Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Another process may be quicker, or may own it.
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink() and path.stat().st_mtime < stale_before:
                shutil.rmtree(path)
                removed += 1
    return removed


async def received(
    chunks: AsyncIterator[bytes],
    path: Path,
    max_bytes: int,
    field: str,
    recognise: Callable[[bytes], T],
) -> T:
    """Writes chunks to a file; returns what `recognise` makes of the first bytes.

    It is asked as soon as there are enough, so that what is not wanted is refused early.

    Raises:
        ServiceError: `MEDIA_TOO_LARGE`: there are more than `max_bytes` in `field`.
    """
    try:
        return await _written(chunks, path, max_bytes, field, recognise)
    except Exception:
        await _heard_out(chunks)
        raise


async def _written(
    chunks: AsyncIterator[bytes],
    path: Path,
    max_bytes: int,
    field: str,
    recognise: Callable[[bytes], T],
) -> T:
    size, waiting, found = 0, bytearray(), list[T]()
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise too_large(field, f"{max_bytes} bytes")
            waiting += chunk
            if not found and len(waiting) >= SNIFF_BYTES:
                found.append(recognise(bytes(waiting[:SNIFF_BYTES])))
            if len(waiting) >= _WRITE_BYTES:
                await asyncio.to_thread(file.write, waiting)
                waiting = bytearray()
        await asyncio.to_thread(file.write, waiting)
    return found[0] if found else recognise(bytes(waiting))


async def _heard_out(chunks: AsyncIterator[bytes]) -> None:
    """Reads on for a moment: a client cut off while it writes may not learn why."""
    heard = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_HEARD_OUT_SECONDS):
            async for chunk in chunks:
                heard += len(chunk)
                if heard > _HEARD_OUT_BYTES:
                    return
