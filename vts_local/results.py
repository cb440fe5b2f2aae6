"""What the readers return: plain values, with moods by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Word:
    """A word that matters; `weight` is in [0, 1], relative to the weightiest."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class TextReading:
    """The mood of a text.

    `moods` holds the 13 moods of VTS, each in [0, 1]: all near 0 where the text says nothing in
    particular. Valence, arousal and dominance are in [-1, 1]; dominance is None where it was not
    read. `labels` holds, by vocabulary (`goemotions`, and `kote` for Korean), what the readers of
    its labels said. `language` is `en`, `ko` or `und`; `notes` say what was not understood. Where
    `comparative`, as of "less sad", valence and arousal are a shift from what is, not a point.
    `reasons` say in a sentence what speaks for the moods, by language (`en` and `ko`).
    `embedding` has shape (384,) and length 1, to compare texts by.
    """

    moods: Mapping[str, float]
    valence: float
    arousal: float
    dominance: float | None
    confidence: float
    keywords: tuple[Word, ...]
    labels: Mapping[str, Mapping[str, float]]
    language: str
    notes: tuple[str, ...]
    comparative: bool
    reasons: Mapping[str, str]
    embedding: npt.NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MusicReading:
    """What a piece of music feels like to listeners.

    `moods` holds the 13 moods of VTS, each in [0, 1]; `emotions` the nine of GEMS as shares of
    listeners; valence and arousal are in [-1, 1], confidence in [0, 1]. Nothing is felt where
    nothing is heard: then the mappings are empty, and valence and arousal are None. `notes` say
    what was missing, such as `SILENT` or `TRUNCATED`.
    """

    moods: Mapping[str, float]
    emotions: Mapping[str, float]
    valence: float | None
    arousal: float | None
    confidence: float
    duration_seconds: float
    tempo_bpm: float | None
    key: str | None
    genres: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def strongest(self) -> str | None:
        """The mood that is felt most."""
        return max(self.moods, key=self.moods.__getitem__, default=None)
