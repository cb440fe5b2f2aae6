"""The full set of features of half a minute, at once and by one librosa call for each.

Both sides begin with the samples and end with every frame of every feature. librosa's side is what
a user would write: each call on the samples, HPSS and beats among them. It runs on one thread,
also where the project's own runs on two. Loudness, which librosa does not have, is on neither.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray

from benchmarks.audio.music import RATE, Samples, half_minute
from benchmarks.captioner_figures import in_turn, ratio
from services.audio_features.backends.beats import beat_times
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.backends.spectra import UNITS

REPETITIONS = 5

Values = NDArray[np.floating[Any]]

CALLS: dict[str, Callable[[Samples], object]] = {
    "spectral_centroid": lambda y: librosa.feature.spectral_centroid(y=y, sr=RATE),
    "spectral_bandwidth": lambda y: librosa.feature.spectral_bandwidth(y=y, sr=RATE),
    "spectral_rolloff": lambda y: librosa.feature.spectral_rolloff(y=y, sr=RATE),
    "spectral_contrast": lambda y: librosa.feature.spectral_contrast(y=y, sr=RATE),
    "spectral_flatness": lambda y: librosa.feature.spectral_flatness(y=y),
    "zero_crossing_rate": lambda y: librosa.feature.zero_crossing_rate(y),
    "rms": lambda y: librosa.feature.rms(y=y),
    "chroma_stft": lambda y: librosa.feature.chroma_stft(y=y, sr=RATE),
    "chroma_cqt": lambda y: librosa.feature.chroma_cqt(y=y, sr=RATE),
    "tonnetz": lambda y: librosa.feature.tonnetz(y=y, sr=RATE),
    "mfcc": lambda y: librosa.feature.mfcc(y=y, sr=RATE),
    "mfcc_delta": lambda y: librosa.feature.delta(librosa.feature.mfcc(y=y, sr=RATE)),
    "mfcc_delta2": lambda y: librosa.feature.delta(librosa.feature.mfcc(y=y, sr=RATE), order=2),
    "mel": lambda y: librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=RATE)),
    "onset_strength": lambda y: librosa.onset.onset_strength(y=y, sr=RATE),
    "tempogram": lambda y: librosa.feature.tempogram(y=y, sr=RATE),
    "hpss": lambda y: librosa.decompose.hpss(librosa.stft(y)),
    "beats": lambda y: librosa.beat.beat_track(y=y, sr=RATE),
}
"""One call for each feature; HPSS gives two."""


def measure(data: Path | None = None) -> dict[str, float]:
    """Milliseconds of librosa's calls and of the engine, and how many times faster that is.

    Raises:
        RuntimeError: The values are not librosa's.
    """
    samples = half_minute(data)
    _check(samples)
    by_librosa, on_one, on_two = in_turn(
        (
            lambda: [call(samples) for call in CALLS.values()],
            lambda: _at_once(samples, 1),
            lambda: _at_once(samples, 2),
        ),
        REPETITIONS,
    )
    return {
        "librosa_ms": 1000 * median(by_librosa),
        "one_thread_ms": 1000 * median(on_one),
        "two_threads_ms": 1000 * median(on_two),
        "one_thread_ratio": ratio(by_librosa, on_one),
        "two_threads_ratio": ratio(by_librosa, on_two),
    }


def _at_once(samples: Samples, threads: int) -> dict[str, Values]:
    measurement = measure_sound(samples, threads)
    found: dict[str, Values] = {name: measurement.values(name) for name in UNITS}
    found["beats"] = beat_times(measurement.onsets, estimate_tempo(measurement.onsets))
    return found


def _check(samples: Samples) -> None:
    """Compares those features that have the same shape on both sides."""
    found = _at_once(samples, 1)
    for name in ("spectral_centroid", "chroma_cqt", "mfcc", "onset_strength"):
        expected = np.asarray(CALLS[name](samples))
        if not np.allclose(found[name], expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max()):
            raise RuntimeError(f"{name} is not librosa's")
