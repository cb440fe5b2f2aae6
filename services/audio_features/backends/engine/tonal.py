"""Pitch classes and the tonal space, from spectra and the constant-Q transform."""

from functools import cache, lru_cache

import librosa
import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.engine.constant_q import BINS, BINS_PER_OCTAVE
from services.audio_features.backends.engine.transform import N_FFT
from services.audio_features.domain import SAMPLE_RATE, Floats

CLASSES = 12


def chroma_of_powers(powers: Floats, tuning: float) -> Floats:
    """Pitch classes of powers (n, 1025), shape (12, n), the strongest 1; `librosa.chroma_stft`."""
    return evened(_chroma_filters(tuning) @ powers.T)


def chroma_of_constant_q(cqt: Floats) -> Floats:
    """Pitch classes of 252 bins (252, n), shape (12, n), the strongest 1; `librosa.chroma_cqt`."""
    return evened(_fold() @ cqt)


def class_strengths(cqt: Floats) -> NDArray[np.float64]:
    """Strength of each pitch class, summed over frames, shape (12,).

    The root keeps loud notes from deciding alone.
    """
    return np.asarray(_fold() @ np.sqrt(cqt).sum(axis=1, dtype=np.float64), np.float64)


def tonnetz(chroma: Floats) -> Floats:
    """Six coordinates in Harte's tonal space (2006) of pitch classes (12, n), shape (6, n)."""
    sums = chroma.sum(axis=0)
    return np.asarray(_tonal_space() @ (chroma / np.where(_is_nothing(sums), 1, sums)), np.float32)


def evened(classes: Floats) -> Floats:
    """Divides each frame by its largest value, unless that is next to nothing."""
    largest = np.abs(classes).max(axis=0)
    return np.asarray(classes / np.where(_is_nothing(largest), 1, largest), np.float32)


def _is_nothing(values: Floats) -> NDArray[np.bool_]:
    return values < np.finfo(np.float32).tiny


@lru_cache(maxsize=8)
def _chroma_filters(tuning: float) -> Floats:
    filters = librosa.filters.chroma(sr=SAMPLE_RATE, n_fft=N_FFT, tuning=tuning)
    return np.asarray(filters, np.float32)


@cache
def _fold() -> Floats:
    fold = librosa.filters.cq_to_chroma(BINS, bins_per_octave=BINS_PER_OCTAVE, n_chroma=CLASSES)
    return np.asarray(fold, np.float32)


@cache
def _tonal_space() -> Floats:
    """Circles of fifths, minor thirds and major thirds, a sine and a cosine of each."""
    angles = np.outer([7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3], np.arange(CLASSES))
    angles[::2] -= 0.5
    radii = np.array([1, 1, 1, 1, 0.5, 0.5])[:, np.newaxis]
    return np.asarray(radii * np.cos(np.pi * angles), np.float32)
