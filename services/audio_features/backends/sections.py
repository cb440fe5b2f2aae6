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


def measure_sound(samples: Floats, analysis_seconds: float) -> Measurement:
    """Measures a sound whole, or sections of it that last `analysis_seconds` at most together."""
    return Measurement(tuple(measure(part) for part in sections(samples, analysis_seconds)))


def sections(samples: Floats, analysis_seconds: float) -> list[Floats]:
    """Cuts what is measured out of a sound: all of it, or sections spread from start to end.

    Sound longer than `WHOLE_SECONDS` or `analysis_seconds` gives as many sections of
    `SECTION_SECONDS` as fit into both.
    """
    seconds = min(len(samples) / SAMPLE_RATE, analysis_seconds)
    if len(samples) <= min(WHOLE_SECONDS, analysis_seconds) * SAMPLE_RATE:
        return [samples]
    count = max(1, int(seconds / SECTION_SECONDS))
    length = int(min(SECTION_SECONDS, seconds) * SAMPLE_RATE)
    spread = np.linspace(0, 1, count) if count > 1 else np.array([0.5])
    starts = (spread * (len(samples) - length)).astype(int)
    return [samples[start : start + length] for start in starts]
