"""Feedback in an SQLite file beside the songs."""

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.recommender.domain import Feedback, FeedbackKind, StoreError, StoreFullError

FILE_NAME = "feedback.sqlite3"

SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    track_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    playlist_id TEXT NOT NULL,
    UNIQUE (user_id, track_id, kind)
) STRICT
"""

INSERT = """
INSERT OR REPLACE INTO feedback (user_id, track_id, kind, playlist_id) VALUES (?, ?, ?, ?)
"""

FORGET_OPPOSITE = "DELETE FROM feedback WHERE user_id = ? AND track_id = ? AND kind = ?"

FORGET_OLDEST_OF_USER = """
DELETE FROM feedback WHERE user_id = ?1 AND number NOT IN (
    SELECT number FROM feedback WHERE user_id = ?1 ORDER BY number DESC LIMIT ?2
)
"""

FORGET_OLDEST = "DELETE FROM feedback WHERE number <= (SELECT MAX(number) FROM feedback) - ?"

OF_USER = """
SELECT user_id, track_id, kind, playlist_id FROM feedback WHERE user_id = ? ORDER BY number DESC
"""

OPPOSITES = {FeedbackKind.LIKE: FeedbackKind.DISLIKE, FeedbackKind.DISLIKE: FeedbackKind.LIKE}


class SqliteFeedback:
    """A `FeedbackLog` in a file; each record is synced to the disk before it counts."""

    def __init__(self, directory: Path, *, per_user: int, in_all: int) -> None:
        """Opens the file, or makes it.

        Args:
            directory: where the file lies.
            per_user: entries kept of one user; the oldest go first.
            in_all: the newest entries kept of all users.
        """
        self._per_user, self._in_all = per_user, in_all
        self._lock = threading.Lock()
        with _translated():
            directory.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                directory / FILE_NAME, check_same_thread=False, isolation_level=None
            )
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(SCHEMA)

    def record(self, feedback: Feedback) -> None:
        """Keeps one entry, and forgets its opposite and what is too old."""
        user, song = feedback.user_id, feedback.track_id.bytes
        with self._transaction() as database:
            if opposite := OPPOSITES.get(feedback.kind):
                database.execute(FORGET_OPPOSITE, (user, song, opposite))
            database.execute(INSERT, (user, song, feedback.kind, feedback.playlist_id))
            database.execute(FORGET_OLDEST_OF_USER, (user, self._per_user))
            database.execute(FORGET_OLDEST, (self._in_all,))

    def of_user(self, user_id: str) -> list[Feedback]:
        """What a user said, newest first."""
        with self._lock, _translated():
            rows = self._database.execute(OF_USER, (user_id,)).fetchall()
        return [
            Feedback(user, uuid.UUID(bytes=song), FeedbackKind(kind), playlist)
            for user, song, kind, playlist in rows
        ]

    def close(self) -> None:
        """Closes the file."""
        with self._lock, _translated():
            self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        raise (StoreFullError if full else StoreError)(f"feedback: {error}") from error
