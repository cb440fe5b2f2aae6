"""The sound files that the gateway keeps: one per song, complete or not there at all."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from pathlib import Path

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

    def path(self, track_id: str) -> Path | None:
        """The file of a song, or None.

        Raises:
            ValueError: The id is not a UUID; nothing else ever becomes a path.
        """
        stem = str(uuid.UUID(track_id))
        candidates = (self._folder / f"{stem}{suffix}" for suffix in _MIME_TYPES)
        return next((path for path in candidates if path.is_file()), None)

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

        Raises:
            OSError: The disk is full or not writable; nothing is left behind.
        """
        target = self._folder / f"{uuid.UUID(track_id)}{_SUFFIXES.get(form.name, f'.{form.name}')}"
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".part-", dir=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                async for data in upload.chunks():
                    await asyncio.to_thread(file.write, data)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            await asyncio.to_thread(self._publish, Path(name), target)
        except BaseException:
            _discard(name)
            raise
        return target

    def forget(self, track_id: str, but: Path | None = None) -> None:
        """Deletes a song's files, except one."""
        stem = str(uuid.UUID(track_id))
        for suffix in _MIME_TYPES:
            path = self._folder / f"{stem}{suffix}"
            if path != but:
                path.unlink(missing_ok=True)

    def _publish(self, part: Path, target: Path) -> None:
        part.chmod(0o644)
        part.replace(target)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # an import has just renamed or deleted it
        return 0


def _discard(name: str) -> None:
    Path(name).unlink(missing_ok=True)
