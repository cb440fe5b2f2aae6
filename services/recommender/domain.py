"""What a wish and an answer are."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from services.recommender.tracks import Affect, Array, Likeness, Track

Component = Literal["text", "mood", "affect", "audio", "tags", "seeds", "clip"]
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
    """What one input says; `is_shift` means that `affect` is to be added to the other evidence.

    `likenesses` are of songs that were compared with this very sound, in [0, 1].
    """

    label: str
    weight: float = 1.0
    text: Array | None = None
    moods: Array | None = None
    affect: Affect | None = None
    audio: Array | None = None
    keywords: tuple[Keyword, ...] = ()
    is_shift: bool = False
    likenesses: Mapping[uuid.UUID, float] = field(default_factory=dict)


DEFAULT_WEIGHTS: Mapping[Component, float] = {
    "text": 0.6,
    "mood": 0.6,
    "affect": 0.5,
    "audio": 1.2,
    "tags": 0.4,
    "seeds": 0.8,
    "clip": 1.2,
}
"""How much each component counts where the caller does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which songs may appear; what is empty or None allows all.

    Stores know nothing of groups and bounds: before they are asked, `among` holds the songs of
    these groups; `within` those that keep to the bounds of arousal and moods or `beyond` those
    that do not, whichever are fewer.
    """

    with_sound: bool = False
    languages: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    licences: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    least_arousal: float | None = None
    most_arousal: float | None = None
    most_moods: tuple[tuple[str, float], ...] = ()
    among: frozenset[uuid.UUID] | None = None
    excluded: frozenset[uuid.UUID] = frozenset()
    within: frozenset[uuid.UUID] | None = None
    beyond: frozenset[uuid.UUID] = frozenset()

    @property
    def has_bounds(self) -> bool:
        """Whether they bound arousal or moods."""
        return bool(self.most_moods) or (self.least_arousal, self.most_arousal) != (None, None)


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
    windows: int
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


MOST_STARTS = 8
"""How many stretches of a song a `WindowHit` names."""


@dataclass(frozen=True, slots=True)
class WindowHit:
    """A song, the cosine of its stretch most like a clip, and where its best stretches begin.

    `start_seconds` are best first, at most `MOST_STARTS`.
    """

    track_id: uuid.UUID
    score: float
    start_seconds: tuple[float, ...]
