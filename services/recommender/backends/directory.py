"""The directory a store lives in: for one process at a time, never for one older than its data.

`schema.json` says in which format the songs are and in which folder below. A new folder counts from
the moment that this file names it, which is when it is replaced; so a format is changed whole or
not at all.
"""

import fcntl
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from services.recommender.domain import StoreError, StoreFullError

LOCK_NAME = "store.lock"
SCHEMA_NAME = "schema.json"
FIRST_FOLDER = "edge"
FIRST_AUDIO_DIMENSIONS = 64
"""What the first schema, which says no more than its number, had."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The format of the songs, the folder they are in, and how long vectors of sounds are."""

    schema: int
    folder: str = FIRST_FOLDER
    audio_dimensions: int = FIRST_AUDIO_DIMENSIONS


class StoreDirectory:
    """A locked directory with a layout; the lock ends with the process, however it ends."""

    def __init__(self, path: Path, *, schema: int, min_free_bytes: int) -> None:
        """Takes the lock and reads the layout.

        Raises:
            StoreError: another process holds the directory, it cannot be written, or a newer
                version of the program has written it.
        """
        self.path = path
        self._min_free_bytes = min_free_bytes
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(path / LOCK_NAME)
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(f"cannot use {path} as the store's directory: {error}") from error
        try:
            self.layout = _read(path / SCHEMA_NAME, schema)
        except StoreError:
            self.release()
            raise

    def commit(self, layout: Layout) -> None:
        """Makes a layout the one that counts; it is on disk when this returns."""
        written = self.path / f"{SCHEMA_NAME}.new"
        with written.open("w", encoding="utf-8") as file:
            json.dump(asdict(layout), file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.path / SCHEMA_NAME)
        synced(self.path)
        self.layout = layout

    def require_space(self, more_bytes: int = 0) -> None:
        """Refuses to write to a disk that is nearly full, before anything is written.

        A store that maps files into memory is killed by a disk that fills up under it.
        """
        free, wanted = shutil.disk_usage(self.path).free, self._min_free_bytes + more_bytes
        if free < wanted:
            raise StoreFullError(
                f"the disk under {self.path} has {free} bytes left, "
                f"fewer than the {wanted} that are needed or kept free"
            )

    def release(self) -> None:
        """Lets go of the lock."""
        self._lock.close()


def synced(folder: Path) -> None:
    """Puts the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(path: Path) -> IO[str]:
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read(32).strip() or "unknown"
        file.close()
        raise StoreError(
            f"{path.parent} is in use by another process (pid {holder}): stop it, "
            "or set VTS_RECOMMENDER_DATA_DIR to another directory"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _read(path: Path, schema: int) -> Layout | None:
    """The layout; None in a new directory, and the first schema's where only its folder is."""
    if not path.exists():
        return Layout(1) if (path.parent / FIRST_FOLDER).exists() else None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        number = int(found["schema"])
        layout = Layout(**found) if number in range(1, schema + 1) else None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is damaged: {error!r}; restore it from a backup") from error
    if layout is None:
        raise StoreError(
            f"{path.parent} was written by a newer version of VTS (schema {number}, this one reads "
            f"up to {schema}): upgrade VTS, or set VTS_RECOMMENDER_DATA_DIR to another directory"
        )
    return layout
