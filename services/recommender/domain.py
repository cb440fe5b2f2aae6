"""What a wish and an answer are, and the two ports behind the recommender."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from services.recommender.tracks import Affect, Array, Likeness, StoredTrack, Track

Component = Literal["text", "mood", "affect", "audio", "tags", "seeds"]
"""A part of a score."""


class StoreError(OSError):
    """The store cannot be opened, read or written; the text is for operators, not for callers."""


class StoreFullError(StoreError):
    """The disk took no more; nothing of the batch counts as stored."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word with its weight in [0, 1] and its language."""

    text: str
    weight: float = 1.0
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What one input says; `is_shift` means that `affect` is to be added to the other evidence."""

    label: str
    weight: float = 1.0
    text: Array | None = None
    moods: Array | None = None
    affect: Affect | None = None
    audio: Array | None = None
    keywords: tuple[Keyword, ...] = ()
    is_shift: bool = False


DEFAULT_WEIGHTS: Mapping[Component, float] = {
    "text": 0.6,
    "mood": 0.6,
    "affect": 0.5,
    "audio": 1.2,
    "tags": 0.4,
    "seeds": 0.8,
}
"""How much each component counts where the caller does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which songs may appear; what is empty or None allows all."""

    with_sound: bool = False
    languages: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    licences: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excluded: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """All that one request asks for; `limit` in 1..100, `diversity` in [0, 1], seed 0 is none."""

    evidence: tuple[Evidence, ...] = ()
    weights: Mapping[Component, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    filters: Filters = field(default_factory=Filters)
    seeds: tuple[uuid.UUID, ...] = ()
    disliked: tuple[uuid.UUID, ...] = ()
    limit: int = 10
    diversity: float = 0.3
    user_id: str = ""
    random_seed: int = 0


@dataclass(frozen=True, slots=True)
class ComponentScore:
    """One part of a score: the calibrated likeness in [0, 1] and its share in the whole."""

    component: Component
    evidence: str
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class ScoredTrack:
    """A song with its fused score in [0, 1] and what it is made of, weightiest first."""

    track: Track
    score: float
    components: tuple[ComponentScore, ...]
    matched_tags: tuple[Keyword, ...] = ()
    shared_moods: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class FilterEffect:
    """How many songs a filter leaves by itself, and after those before it."""

    filter: str
    alone: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the caller should know, in both languages."""

    code: str
    english: str
    korean: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The ranked songs, best first, and how they came about."""

    tracks: tuple[ScoredTrack, ...]
    filter_effects: tuple[FilterEffect, ...]
    catalogue_size: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the catalogue holds."""

    tracks: int
    with_audio_vector: int
    with_sound: int
    languages: Mapping[str, int]
    genres: Mapping[str, int]
    licences: Mapping[str, int]
    sources: Mapping[str, int]
    year_from: int | None
    year_to: int | None


class FeedbackKind(StrEnum):
    """What a listener did with a song."""

    LIKE = "like"
    DISLIKE = "dislike"
    SKIP = "skip"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one listener did with one song."""

    user_id: str
    track_id: uuid.UUID
    kind: FeedbackKind
    playlist_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class VectorQuery:
    """A vector to look for, and among which vectors."""

    likeness: Likeness
    vector: Array


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

    def upsert(self, songs: Sequence[StoredTrack]) -> None:
        """Stores songs, replacing those with the same id; they are on disk when this returns.

        Raises `StoreFullError` if the disk takes no more.
        """

    def delete(self, ids: Sequence[uuid.UUID]) -> None:
        """Deletes songs; ids that are not known are passed over."""

    def get(self, ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        """The songs with these ids, in this order, without those that are not known."""

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
