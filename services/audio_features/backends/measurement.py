"""A whole sound, measured: every feature frame by frame, and what is one value for all of it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.spectra import UNITS, Measured, measure
from services.audio_features.backends.statistics import summarize
from services.audio_features.domain import Abandoned, Floats, Summary


class Measurement:
    """Feature frames of one sound, `FRAME_SECONDS` apart; close it when done.

    Reading is safe from many threads.
    """

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return self._measured.features["rms"].shape[1]

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Floats:
        """Frames `start` to `stop` of one feature of `UNITS`, shape (dimensions, n)."""
        return self._measured.features[name][:, start:stop]

    def summaries(self, start: int = 0, stop: int | None = None) -> dict[str, Summary]:
        """Statistics of every feature over all frames, or over those from `start` to `stop`."""
        return {name: summarize(self.values(name, start, stop), UNITS[name]) for name in UNITS}

    @property
    def onsets(self) -> Floats:
        """Onset strength, shape (frames,)."""
        return np.asarray(self._measured.features["onset_strength"][0])

    @property
    def pitch_classes(self) -> NDArray[np.float64]:
        """Mean strength of each pitch class, from C, shape (12,)."""
        return self._measured.pitch_classes

    @property
    def harmonic_share(self) -> float:
        """Harmonic energy as a share of harmonic and percussive energy; 0 for silence."""
        total = self._measured.harmonic_energy + self._measured.percussive_energy
        return self._measured.harmonic_energy / total if total > 0 else 0.0

    def close(self) -> None:
        """Gives everything back."""


def measure_recording(
    recording: Recording,
    threads: int = 1,
    is_abandoned: Callable[[], bool] = lambda: False,
) -> Measurement:
    """Measures a whole recording of at least half a second, on some threads.

    Raises `Abandoned` if `is_abandoned` says so meanwhile.
    """
    del threads
    if is_abandoned():
        raise Abandoned
    return Measurement(measure(recording.samples()))


def measure_sound(samples: Floats) -> Measurement:
    """Measures samples at `SAMPLE_RATE`, shape (n,), at least half a second of them."""
    with Recording.of(samples) as recording:
        return measure_recording(recording)
