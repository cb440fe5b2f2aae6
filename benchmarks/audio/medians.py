"""HPSS's two medians of half a minute, beside scipy's `median_filter` as librosa calls it."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import librosa
import numpy as np
from scipy.ndimage import median_filter

from benchmarks.audio.music import Samples, half_minute
from benchmarks.captioner_figures import in_turn, ratio
from services.audio_features.backends.engine.medians import mirrored, running_medians
from services.audio_features.backends.engine.parts import MEDIAN_FRAMES, REACH

REPETITIONS = 5


def measure(data: Path | None = None) -> dict[str, float]:
    """Milliseconds of both sides on one thread, and how many times faster the networks are.

    Raises:
        RuntimeError: The medians are not equal to the last bit.
    """
    spectrogram = np.abs(librosa.stft(half_minute(data)))
    turned = np.ascontiguousarray(spectrogram.T)
    for ours, theirs in zip(_networks(turned), _scipy(spectrogram), strict=True):
        if not np.array_equal(ours, theirs):
            raise RuntimeError("the medians are not scipy's")
    by_scipy, by_networks = in_turn(
        (lambda: _scipy(spectrogram), lambda: _networks(turned)), REPETITIONS
    )
    return {
        "scipy_ms": 1000 * median(by_scipy),
        "networks_ms": 1000 * median(by_networks),
        "ratio": ratio(by_scipy, by_networks),
    }


def _scipy(spectrogram: Samples) -> tuple[Samples, Samples]:
    return (
        median_filter(spectrogram, size=(1, MEDIAN_FRAMES), mode="reflect"),
        median_filter(spectrogram, size=(MEDIAN_FRAMES, 1), mode="reflect"),
    )


def _networks(turned: Samples) -> tuple[Samples, Samples]:
    """From frames in rows, as the engine has them; turning them for the second is part of it."""
    frames, bins = turned.shape
    along_time = running_medians(turned, mirrored(-REACH, frames + REACH, frames), MEDIAN_FRAMES)
    spectrogram = np.ascontiguousarray(turned.T)
    along_bins = running_medians(spectrogram, mirrored(-REACH, bins + REACH, bins), MEDIAN_FRAMES)
    return along_time.T, along_bins
