"""Reading files to import: their digests and tags, by several processes, one that dies replaced.

The processes are spawned, not forked: forks of a process that speaks gRPC hang.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vts.importing import tags
from vts.importing.folders import Found

READ_SECONDS = 900.0
"""How long one file may take; a disk that is away for longer is taken for gone."""

_MEMORY_BYTES = 2 << 30
_MOST_DEATHS = 5
_NOT_STARTED = (
    "the processes that read files end at once; a script that imports songs needs "
    "`if __name__ == '__main__':` around what it does"
)


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of a file: the SHA-256 of its bytes, and its names."""

    digest: bytes
    fields: dict[str, Any]


class UnreadableFileError(Exception):
    """A file could not be read; the message says why."""


def read(path: Path) -> Content:
    """Reads a file whole; raises `OSError`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return Content(digest, tags.fields_of(path))


def version() -> str:
    """What names are read by; other programs, or without mutagen, read others."""
    return f"{tags.VERSION}{'+tags' if tags.are_read() else ''}"


class Readers:
    """Processes that read files; started when the first file comes."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()
        self._deaths = 0

    async def read(self, found: Found) -> Content:
        """What is in a file.

        Raises:
            UnreadableFileError: It cannot be read, or a process did not survive reading it.
            OSError: Processes end whatever they read.
        """
        if not found.size:
            raise UnreadableFileError("is empty (0 bytes)")
        try:
            return await self._read(found.path)
        except BrokenProcessPool:
            pass  # perhaps for another file that was read beside it
        async with self._alone:
            try:
                return await self._read(found.path)
            except BrokenProcessPool:
                self._deaths += 1
                if self._deaths >= _MOST_DEATHS:
                    raise OSError(_NOT_STARTED) from None
                raise UnreadableFileError("reading it ended the process that read it") from None

    async def _read(self, path: Path) -> Content:
        pool = self._started()
        try:
            work = asyncio.get_running_loop().run_in_executor(pool, read, path)
            content = await asyncio.wait_for(work, READ_SECONDS)
            self._deaths = 0
            return content
        except BrokenProcessPool:
            self._discard(pool)
            raise
        except TimeoutError:
            # Those that wait behind it must fail as at any other death, not as if called off.
            for process in list((pool._processes or {}).values()):
                process.kill()
            self._discard(pool)
            raise UnreadableFileError(f"could not be read in {READ_SECONDS:.0f} s") from None
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise UnreadableFileError(f"cannot be read: {reason}") from None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare,
            )
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False)

    def close(self) -> None:
        """Ends the processes; files that are being read are finished."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _prepare() -> None:
    """Ctrl-C is for the parent, which then ends its processes; and no file may take all memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


def _leave_with_parent() -> None:
    """Ends this process when the parent was killed: its pipe never ends while siblings hold it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
