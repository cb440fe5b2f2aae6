"""Which parts of a sound are measured, and all of them measured together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.spectra import UNITS, Measured, measure
from services.audio_features.backends.statistics import summarize
from services.audio_features.domain import SAMPLE_RATE, Floats, Summary

WHOLE_SECONDS = 60.0
"""Sound up to this long is measured in one piece."""

SECTION_SECONDS = 30.0
"""Length of the sections that stand for longer sound; bounds the memory that it takes."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The measured sections of one sound, in the order of time."""

    sections: tuple[Measured, ...]
    starts: tuple[float, ...] = (0.0,)
    """Where each section begins, in seconds of the sound."""

    def values(self, name: str) -> Floats:
        """All frames of one feature, shape (dimensions, frames)."""
        return np.concatenate([section.features[name] for section in self.sections], axis=1)

    def summaries(self) -> dict[str, Summary]:
        """Statistics of every feature over all frames."""
        return {name: summarize(self.values(name), unit) for name, unit in UNITS.items()}

    @property
    def onsets(self) -> list[Floats]:
        """Onset strength of each section, shape (frames,): a pulse does not cross a gap."""
        return [section.features["onset_strength"][0] for section in self.sections]

    @property
    def pitch_classes(self) -> NDArray[np.float64]:
        """Strength of each pitch class over all sections, from C, shape (12,)."""
        return np.asarray(np.mean([each.pitch_classes for each in self.sections], axis=0))

    @property
    def harmonic_share(self) -> float:
        """Harmonic energy as a share of harmonic and percussive energy; 0 for silence."""
        harmonic = sum(section.harmonic_energy for section in self.sections)
        total = harmonic + sum(section.percussive_energy for section in self.sections)
        return harmonic / total if total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Sections:
    """What is measured of a sound: copies, so that nothing holds the rest of it."""

    parts: tuple[Floats, ...]
    starts: tuple[float, ...]
    """Where each begins, in seconds of the sound."""


def sections_of(samples: Floats, analysis_seconds: float) -> Sections:
    """Cuts out what `section_starts` chooses."""
    starts, length = section_starts(len(samples), analysis_seconds)
    return Sections(
        tuple(samples[start : start + length].copy() for start in starts),
        tuple(start / SAMPLE_RATE for start in starts),
    )


def measured(sections: Sections) -> Measurement:
    """Measures one section after the other."""
    return Measurement(tuple(measure(part) for part in sections.parts), sections.starts)


def measure_sound(samples: Floats, analysis_seconds: float) -> Measurement:
    """Measures a sound whole, or sections of it that last `analysis_seconds` at most together."""
    return measured(sections_of(samples, analysis_seconds))


def section_starts(count: int, analysis_seconds: float) -> tuple[list[int], int]:
    """Where the sections that are measured begin, and their length, both in samples.

    All of a sound is one section, or there are several, spread from its start to its end.

    Sound longer than `WHOLE_SECONDS` or `analysis_seconds` gives as many sections of
    `SECTION_SECONDS` as fit into both.
    """
    seconds = min(count / SAMPLE_RATE, analysis_seconds)
    if count <= min(WHOLE_SECONDS, analysis_seconds) * SAMPLE_RATE:
        return [0], count
    number = max(1, int(seconds / SECTION_SECONDS))
    length = int(min(SECTION_SECONDS, seconds) * SAMPLE_RATE)
    spread = np.linspace(0, 1, number) if number > 1 else np.array([0.5])
    return (spread * (count - length)).astype(int).tolist(), length
