"""The sound files that the gateway keeps: one per song, complete or not there at all."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from gateway.uploads import Upload
from servicekit.media import Format

_MIME_TYPES = {
    ".aac": "audio/aac",
    ".avi": "video/x-msvideo",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "audio/mp4",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "audio/webm",
}
_SUFFIXES = {"matroska": ".mkv"}


class SoundFolder:
    """Sound files in one folder, each named by its song's id.

    A file appears under its name only when all of it is on disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def path(self, track_id: str) -> Path | None:
        """The file of a song, or None.

        Raises:
            ValueError: The id is not a UUID; nothing else ever becomes a path.
        """
        stem = str(uuid.UUID(track_id))
        candidates = [self._folder / f"{stem}{suffix}" for suffix in _MIME_TYPES]
        return await asyncio.to_thread(_first_file, candidates)

    def mime_type(self, path: Path) -> str:
        """The MIME type to serve a kept file with."""
        return _MIME_TYPES[path.suffix]

    def total_bytes(self) -> int:
        """How many bytes are kept."""
        if not self._folder.is_dir():
            return 0
        return sum(map(_size, self._folder.iterdir()))

    async def keep(self, track_id: str, upload: Upload, form: Format) -> Path:
        """Writes a song's sound to disk and returns its path; files of other formats stay.

        Only after `sync` is its name as safe as its bytes.

        Raises:
            OSError: The disk is full or not writable; nothing is left behind.
        """
        target = self._folder / f"{uuid.UUID(track_id)}{_SUFFIXES.get(form.name, f'.{form.name}')}"
        file = await asyncio.to_thread(self._part)
        part = Path(file.name)
        try:
            async for data in upload.chunks():
                await asyncio.to_thread(file.write, data)
            await asyncio.to_thread(self._publish, file, part, target)
        except BaseException:
            await asyncio.to_thread(_discard, file, part)
            raise
        return target

    async def sync(self) -> None:
        """Puts the names of all sounds kept so far on disk: once for many, since disks are slow.

        Raises:
            OSError: The folder cannot be opened.
        """
        await asyncio.to_thread(self._sync)

    async def forget(self, track_id: str, but: Path | None = None) -> None:
        """Deletes a song's files, except one."""
        stem = str(uuid.UUID(track_id))
        await asyncio.to_thread(self._delete, stem, but)

    def _delete(self, stem: str, but: Path | None) -> None:
        for suffix in _MIME_TYPES:
            path = self._folder / f"{stem}{suffix}"
            if path != but:
                path.unlink(missing_ok=True)

    def _part(self) -> IO[bytes]:
        """A new file beside the others, under a name that no song has."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile(prefix=".part-", dir=self._folder, delete=False)

    def _publish(self, file: IO[bytes], part: Path, target: Path) -> None:
        with file:
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(target)

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _first_file(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # an import has just renamed or deleted it
        return 0


def _discard(file: IO[bytes], part: Path) -> None:
    file.close()
    part.unlink(missing_ok=True)
