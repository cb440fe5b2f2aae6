"""What an import has read and learned of files before, so that it need not do so again.

Only a cache: the gateway is asked about every song all the same, and a journal that is deleted or
damaged is begun anew. One journal belongs to one gateway.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from vts.importing.folders import Found
from vts.importing.reading import Content, version

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS files (
        path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        reader TEXT NOT NULL, digest BLOB NOT NULL, fields TEXT NOT NULL,
        run INTEGER NOT NULL, verdict TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_digest ON files (digest, run);
"""
_FORMAT = 1
_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """A file that did not change since: its content, and the verdict on it that was kept."""

    content: Content
    verdict: str


class Journal:
    """Remembers files by path, size and time; used from one thread.

    Args:
        path: Its file; None keeps it, on disk, only until it is closed.
    """

    def __init__(self, path: Path | None) -> None:
        self._reader = version()
        self._run = time.time_ns()
        self._base = _opened(path)

    def find(self, found: Found) -> Remembered | None:
        """What is known of a file, or None if it changed or is new."""
        row = self._base.execute(
            "SELECT digest, fields, verdict FROM files"
            " WHERE path = ? AND size = ? AND mtime_ns = ? AND reader = ?",
            (os.fsencode(found.path), found.size, found.mtime_ns, self._reader),
        ).fetchone()
        if row is None:
            return None
        digest, fields, verdict = row
        return Remembered(Content(digest, json.loads(fields)), verdict)

    def first(self, found: Found, content: Content) -> Path | None:
        """Notes a file's content; returns the file of this run that had the same bytes before."""
        same = self._base.execute(
            "SELECT path FROM files WHERE digest = ? AND run = ? AND path <> ? LIMIT 1",
            (content.digest, self._run, os.fsencode(found.path)),
        ).fetchone()
        # A copy does not count as read in this run, so that all copies name the same first file.
        self._base.execute(
            "INSERT INTO files (path, size, mtime_ns, reader, digest, fields, run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
            " verdict = CASE WHEN digest = excluded.digest THEN verdict ELSE '' END,"
            " size = excluded.size, mtime_ns = excluded.mtime_ns, reader = excluded.reader,"
            " digest = excluded.digest, fields = excluded.fields, run = excluded.run",
            (
                os.fsencode(found.path),
                found.size,
                found.mtime_ns,
                self._reader,
                content.digest,
                json.dumps(content.fields, ensure_ascii=False, separators=(",", ":")),
                0 if same else self._run,
            ),
        )
        return Path(os.fsdecode(same[0])) if same else None

    def keep(self, found: Found, verdict: str) -> None:
        """Keeps the verdict on a file that was noted; empty forgets it."""
        self._base.execute(
            "UPDATE files SET verdict = ? WHERE path = ?", (verdict, os.fsencode(found.path))
        )

    def close(self) -> None:
        """Closes the journal."""
        self._base.close()


def _opened(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return _connected("")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connected(str(path))
    except sqlite3.OperationalError:  # locked, not writable: nothing that beginning anew would help
        raise
    except sqlite3.DatabaseError:
        for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            each.unlink(missing_ok=True)
        return _connected(str(path))


def _connected(name: str) -> sqlite3.Connection:
    # Every note is a transaction of its own: one left open while the gateway is waited for would
    # keep other imports from their notes.
    base = sqlite3.connect(name, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = OFF")  # a cache; a crash of the machine may cost it
        (kept,) = base.execute("PRAGMA user_version").fetchone()
        if kept not in (0, _FORMAT):
            base.execute("DROP TABLE IF EXISTS files")
        base.executescript(_SCHEMA)
        base.execute(f"PRAGMA user_version = {_FORMAT}")
    except BaseException:
        base.close()
        raise
    return base
