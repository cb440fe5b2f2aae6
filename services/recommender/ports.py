"""The ports behind the recommender."""

import uuid
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from typing import Protocol

from services.recommender.domain import Feedback, Filters, Summary, VectorQuery, WindowHit
from services.recommender.groups import Order, Progress
from services.recommender.predicting import Built
from services.recommender.tracks import Array, Dimensions, StoredTrack


class TrackStore(Protocol):
    """Where songs are kept. Calls block, and may come from several threads at once.

    Every method raises `StoreError` if the store cannot do its work.
    """

    @property
    def name(self) -> str:
        """The backend, such as `edge`."""

    @property
    def version(self) -> str:
        """The version of the engine."""

    @property
    def dimensions(self) -> Dimensions:
        """The length of each vector."""

    def upsert(self, songs: Sequence[StoredTrack]) -> None:
        """Stores songs with their windows, replacing those with the same id.

        A song and its windows are on disk when this returns, and never one without the other.

        Raises `StoreFullError` if the disk takes no more.
        """

    def delete(self, ids: Sequence[uuid.UUID]) -> None:
        """Deletes songs and their windows; ids that are not known are passed over."""

    def get(self, ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        """The songs with these ids, in this order, without those that are not known.

        As from `scan`, they come without their windows.
        """

    def scan(self, batch: int) -> Iterator[list[StoredTrack]]:
        """All songs, at most `batch` at a time, in the order of their ids."""

    def count(self, filters: Filters) -> int:
        """How many songs pass, exactly."""

    def matching(self, filters: Filters, limit: int) -> list[uuid.UUID]:
        """The first songs that pass, in the order of their ids."""

    def search(
        self, queries: Sequence[VectorQuery], filters: Filters, limit: int
    ) -> list[list[uuid.UUID]]:
        """For each query the nearest songs that pass and have such a vector, nearest first.

        Nearest by cosine for text, mood and audio, by distance for affect.
        """

    def find_windows(self, queries: Array, filters: Filters, limit: int) -> list[WindowHit]:
        """The songs that pass with the stretches nearest to any of the queries, nearest first.

        Each song is there once; the scores are exact. Of equal songs and stretches the order is
        that of ids and of time.

        Args:
            queries: n vectors of `WINDOW_DIMENSIONS` numbers.
            filters: which songs may appear.
            limit: how many songs at most.
        """

    def with_digests(self, digests: Sequence[str], limit: int) -> list[uuid.UUID]:
        """Songs whose sound has any of these digests, in the order of their ids."""

    def with_words(self, words: Sequence[str], filters: Filters, limit: int) -> list[uuid.UUID]:
        """Songs that pass and have any of these words among tags and genres; words are folded."""

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """How many songs have each word among tags and genres; words are folded."""

    def summary(self) -> Summary:
        """What the catalogue holds."""

    def optimize(self) -> bool:
        """Puts the store in order if that is due; whether anything was done."""

    def close(self) -> None:
        """Flushes and releases the store; no call may follow."""


class FeedbackLog(Protocol):
    """Where feedback is kept, bounded per user. Calls block, and may raise `StoreError`."""

    def record(self, feedback: Feedback) -> None:
        """Keeps one piece of feedback; it is on disk when this returns."""

    def of_user(self, user_id: str) -> list[Feedback]:
        """What a user said: one entry per song and kind, newest first.

        Of like and dislike on the same song only the later one is kept.
        """

    def close(self) -> None:
        """Releases the log; no call may follow."""


class GroupBuilder(Protocol):
    """Builds groups away from the service, one building at a time, and keeps them.

    `prepare`, `run`, `install` and `clear` follow each other. All but `run` block.
    """

    def load(self) -> Built | None:
        """The groups as they were built last; None if never, or if they are damaged."""

    def prepare(self, songs: Iterable[Sequence[StoredTrack]], order: Order, first_id: int) -> int:
        """Takes the songs and the order; gives how many songs have sound."""

    def run(self) -> AsyncGenerator[Progress, None]:
        """Builds; raises `BuildError` if it fails. Closing the iterator ends the work."""

    def install(self) -> Built:
        """Makes what was built the groups that count; they are on disk when this returns."""

    def clear(self) -> None:
        """Removes whatever the building left."""
