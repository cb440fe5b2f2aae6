"""Stores in memory, held by the same contract suites as the real ones. For tests only."""

import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence

import numpy as np

from services.recommender.domain import (
    MOST_STARTS,
    Feedback,
    FeedbackKind,
    Filters,
    Summary,
    VectorQuery,
    WindowHit,
)
from services.recommender.groups import BuildError, Order, Progress
from services.recommender.predicting import Built
from services.recommender.tracks import (
    DIMENSIONS,
    Array,
    Likeness,
    StoredTrack,
    Track,
    Vectors,
    Windows,
)
from services.recommender.words import folded, song_words


class FakeStore:
    """A `TrackStore` that forgets everything when it is closed."""

    name = "fake"
    version = "1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._songs: dict[uuid.UUID, StoredTrack] = {}
        self._windows: dict[uuid.UUID, Windows] = {}

    def upsert(self, songs: Sequence[StoredTrack]) -> None:
        """Stores songs, with vectors of length 1 as a vector engine does."""
        for song in songs:
            kept = StoredTrack(song.track, _normalised(song.vectors))
            self._songs[song.track.id] = kept
            self._windows[song.track.id] = song.windows

    def delete(self, ids: Sequence[uuid.UUID]) -> None:
        """Deletes songs."""
        for each in ids:
            self._songs.pop(each, None)
            self._windows.pop(each, None)

    def get(self, ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        """The songs with these ids."""
        return [self._songs[each] for each in ids if each in self._songs]

    def scan(self, batch: int) -> Iterator[list[StoredTrack]]:
        """All songs, batch by batch."""
        songs = self._passing(Filters())
        for start in range(0, len(songs), batch):
            yield songs[start : start + batch]

    def count(self, filters: Filters) -> int:
        """How many songs pass."""
        return len(self._passing(filters))

    def matching(self, filters: Filters, limit: int) -> list[uuid.UUID]:
        """The first songs that pass."""
        return [song.track.id for song in self._passing(filters)[:limit]]

    def search(
        self, queries: Sequence[VectorQuery], filters: Filters, limit: int
    ) -> list[list[uuid.UUID]]:
        """The nearest songs for each query."""
        songs = self._passing(filters)
        return [_nearest(songs, query)[:limit] for query in queries]

    def find_windows(self, queries: Array, filters: Filters, limit: int) -> list[WindowHit]:
        """The songs with the nearest stretches."""
        found = {song.track.id: self._windows[song.track.id] for song in self._passing(filters)}
        hits = [_hit(each, windows, queries) for each, windows in found.items() if len(windows)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.track_id))[:limit]

    def with_digests(self, digests: Sequence[str], limit: int) -> list[uuid.UUID]:
        """Songs whose sound has any of these digests."""
        songs = self._passing(Filters())
        return [s.track.id for s in songs if s.track.sound_digest in set(digests)][:limit]

    def with_words(self, words: Sequence[str], filters: Filters, limit: int) -> list[uuid.UUID]:
        """Songs that pass and have any of these words."""
        songs = self._passing(filters)
        return [s.track.id for s in songs if song_words(s.track) & set(words)][:limit]

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """How many songs have each word."""
        known = Counter(word for song in self._songs.values() for word in song_words(song.track))
        return [known[word] for word in words]

    def summary(self) -> Summary:
        """What the catalogue holds."""
        tracks = [song.track for song in self._songs.values()]
        years = [track.year for track in tracks if track.year is not None]
        return Summary(
            tracks=len(tracks),
            with_audio_vector=sum(s.vectors.audio is not None for s in self._songs.values()),
            with_sound=sum(track.has_sound for track in tracks),
            windows=sum(map(len, self._windows.values())),
            languages=Counter(track.language for track in tracks),
            genres=Counter(folded(genre) for track in tracks for genre in track.genres),
            licences=Counter(track.licence for track in tracks),
            sources=Counter(track.source for track in tracks),
            year_from=min(years, default=None),
            year_to=max(years, default=None),
        )

    def optimize(self) -> bool:
        """Nothing is ever due."""
        return False

    def close(self) -> None:
        """Forgets everything."""
        self._songs.clear()

    def _passing(self, filters: Filters) -> list[StoredTrack]:
        return [
            self._songs[each]
            for each in sorted(self._songs)
            if _passes(filters, self._songs[each].track)
        ]


def _passes(filters: Filters, track: Track) -> bool:
    language, year = folded(track.language), track.year
    return all(
        (
            track.has_sound or not filters.with_sound,
            _any_of(filters.languages, {language, language.split("-")[0]}),
            _any_of(filters.genres, map(folded, track.genres)),
            _any_of(filters.licences, [folded(track.licence)]),
            _any_of(filters.sources, [track.source]),
            set(map(folded, filters.tags)) <= set(map(folded, track.tags)),
            filters.year_from is None or (year is not None and year >= filters.year_from),
            filters.year_to is None or (year is not None and year <= filters.year_to),
            track.id not in filters.excluded | filters.beyond,
            filters.among is None or track.id in filters.among,
            filters.within is None or track.id in filters.within,
        )
    )


def _hit(track_id: uuid.UUID, windows: Windows, queries: Array) -> WindowHit:
    cosine = _closeness("text")
    scored = sorted(
        (-max(cosine(query, values) for query in queries), float(start))
        for (start, _), values in zip(windows.spans, windows.values, strict=True)
    )
    return WindowHit(track_id, -scored[0][0], tuple(start for _, start in scored[:MOST_STARTS]))


def _any_of(wanted: Iterable[str], found: Iterable[str]) -> bool:
    wanted = set(map(folded, wanted))
    return not wanted or bool(wanted & set(found))


def _nearest(songs: Sequence[StoredTrack], query: VectorQuery) -> list[uuid.UUID]:
    closeness = _closeness(query.likeness)
    scored = [
        (closeness(vector, query.vector), song.track.id)
        for song in songs
        if (vector := song.vector(query.likeness)) is not None
    ]
    return [each for _, each in sorted(scored, key=lambda entry: -entry[0])]


def _closeness(likeness: Likeness) -> Callable[[Array, Array], float]:
    if likeness == "affect":
        return lambda a, b: -float(np.linalg.norm(a - b))
    return lambda a, b: float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _normalised(vectors: Vectors) -> Vectors:
    found = {name: getattr(vectors, name) for name in ("text", "mood", "audio")}
    return Vectors(
        **{
            name: None if vector is None else (vector / np.linalg.norm(vector)).astype(np.float32)
            for name, vector in found.items()
        }
    )


class FakeFeedback:
    """A `FeedbackLog` that forgets everything when it is closed."""

    def __init__(self, per_user: int = 1000) -> None:
        self._per_user = per_user
        self._kept: list[Feedback] = []

    def record(self, feedback: Feedback) -> None:
        """Keeps one entry in place of what it overrules."""
        opinions = {FeedbackKind.LIKE, FeedbackKind.DISLIKE}
        overruled = opinions if feedback.kind in opinions else {feedback.kind}
        key = (feedback.user_id, feedback.track_id)
        self._kept = [
            e for e in self._kept if (e.user_id, e.track_id) != key or e.kind not in overruled
        ]
        self._kept.insert(0, feedback)
        for old in self.of_user(feedback.user_id)[self._per_user :]:
            self._kept.remove(old)

    def of_user(self, user_id: str) -> list[Feedback]:
        """What a user said, newest first."""
        return [entry for entry in self._kept if entry.user_id == user_id]

    def close(self) -> None:
        """Forgets everything."""
        self._kept.clear()


class FakeGroups:
    """A `GroupBuilder` that has its groups ready, or fails where they are None."""

    def __init__(self, built: Built | None) -> None:
        self._built = built
        self._installed: Built | None = None
        self.first_ids: list[int] = []
        self.orders: list[Order] = []
        self.is_clear = True

    def load(self) -> Built | None:
        """What was installed."""
        return self._installed

    def prepare(self, songs: Iterable[Sequence[StoredTrack]], order: Order, first_id: int) -> int:
        """Counts the songs with sound."""
        self.first_ids.append(first_id)
        self.orders.append(order)
        self.is_clear = False
        return sum(song.vectors.audio is not None for batch in songs for song in batch)

    async def run(self) -> AsyncGenerator[Progress, None]:
        """One stage, and the end."""
        yield Progress("grouping", 0.5)
        if self._built is None:
            raise BuildError("it has no groups")

    def install(self) -> Built:
        """Makes the groups count."""
        if self._built is None:
            raise BuildError("it has no groups")
        self._installed = self._built
        return self._built

    def clear(self) -> None:
        """Notes that nothing is left."""
        self.is_clear = True
