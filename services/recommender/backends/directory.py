"""The directory a store lives in: for one process at a time, never for one older than its data."""

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import IO

from services.recommender.domain import StoreError, StoreFullError

LOCK_NAME = "store.lock"
SCHEMA_NAME = "schema.json"


class StoreDirectory:
    """A locked directory with a schema version; the lock ends with the process, however it ends."""

    def __init__(self, path: Path, *, schema: int, min_free_bytes: int) -> None:
        """Takes the lock and checks the version.

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
            _check_schema(path / SCHEMA_NAME, schema)
        except StoreError:
            self.release()
            raise

    def require_space(self) -> None:
        """Refuses to write to a disk that is nearly full, before anything is written.

        A store that maps files into memory is killed by a disk that fills up under it.
        """
        free = shutil.disk_usage(self.path).free
        if free < self._min_free_bytes:
            raise StoreFullError(
                f"the disk under {self.path} has {free} bytes left, "
                f"fewer than the {self._min_free_bytes} that are kept free"
            )

    def release(self) -> None:
        """Lets go of the lock."""
        self._lock.close()


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


def _check_schema(path: Path, schema: int) -> None:
    if not path.exists():
        written = path.with_suffix(".new")
        written.write_text(json.dumps({"schema": schema}), encoding="utf-8")
        written.replace(path)
        return
    try:
        found = int(json.loads(path.read_text(encoding="utf-8"))["schema"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is damaged: {error!r}; restore it from a backup") from error
    if found > schema:
        raise StoreError(
            f"{path.parent} was written by a newer version of VTS (schema {found}, this one reads "
            f"up to {schema}): upgrade VTS, or set VTS_RECOMMENDER_DATA_DIR to another directory"
        )
