"""What a song is.

Valence and arousal lie in [-1, 1]; a mood vector holds 13 scores in [0, 1] in the order of
`vts.moods.MOODS`; text vectors have 384 numbers, audio vectors as many as the store is set up for
(128 unless another backend makes them), windows 128; all of length 1 (L2).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS, MOOD_DIMENSIONS, TEXT_DIMENSIONS, WINDOW_DIMENSIONS

Array = npt.NDArray[np.float32]
"""One vector, or one vector per row."""

Likeness = Literal["text", "mood", "affect", "audio"]
"""A way in which evidence and a song can be alike, each with its own vector in the store."""

Dimensions = Mapping[Likeness, int]
"""The length of each vector."""


def dimensions(audio: int = AUDIO_DIMENSIONS) -> Dimensions:
    """The length of each vector where those of sounds have so many numbers."""
    return {"text": TEXT_DIMENSIONS, "mood": MOOD_DIMENSIONS, "affect": 2, "audio": audio}


DIMENSIONS = dimensions()
"""The lengths with the default analysis of sound."""


@dataclass(frozen=True, slots=True)
class Affect:
    """A point on the plane of core affect, with a confidence from 0 (unknown) to 1."""

    valence: float
    arousal: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """Where a song can be heard or looked for; `kind` is `listen`, `search` or `page`."""

    kind: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A song as it is shown; what is not known is None or empty."""

    source: str
    source_id: str
    title: str
    artists: tuple[str, ...]
    title_alternatives: tuple[str, ...] = ()
    artist_alternatives: tuple[str, ...] = ()
    album: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    tags_en: tuple[str, ...] = ()
    tags_ko: tuple[str, ...] = ()
    language: str = ""
    duration_seconds: float | None = None
    tempo_bpm: float | None = None
    key: str = ""
    energy: float | None = None
    affect: Affect | None = None
    moods: tuple[float, ...] = ()
    licence: str = ""
    links: tuple[Link, ...] = ()
    has_sound: bool = False
    sound_id: str = ""
    sound_digest: str = ""
    model_versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> uuid.UUID:
        """UUIDv5 of source and source id."""
        return track_id(self.source, self.source_id)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in both languages."""
        return self.tags_en + self.tags_ko


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """A song's vectors, as long as the store's `dimensions` say; None where there is none."""

    text: Array | None = None
    mood: Array | None = None
    audio: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Stretches of a song, in its order: n times (start, end) in seconds, and n vectors."""

    spans: Array
    values: Array

    @classmethod
    def none(cls) -> "Windows":
        """No stretch at all."""
        return cls(np.zeros((0, 2), np.float32), np.zeros((0, WINDOW_DIMENSIONS), np.float32))

    def __len__(self) -> int:
        return len(self.spans)


@dataclass(frozen=True, slots=True, eq=False)
class StoredTrack:
    """A song with its vectors.

    Its windows go into the store with it and are found there; they never come back with the song,
    for they weigh fifty times as much.
    """

    track: Track
    vectors: Vectors = field(default_factory=Vectors)
    windows: Windows = field(default_factory=Windows.none)

    def vector(self, likeness: Likeness) -> Array | None:
        """The vector to compare by, or None; for `affect` it is (valence, arousal)."""
        if likeness == "affect":
            felt = self.track.affect
            known = felt is not None and felt.confidence > 0
            return np.array([felt.valence, felt.arousal], np.float32) if known and felt else None
        found: Array | None = getattr(self.vectors, likeness)
        return found
