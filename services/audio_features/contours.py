"""What a clip is found by: its spectrum and its pitch classes, less what a recording changes.

A microphone, a room and a telephone colour all of a recording alike, so every band of the spectrum
is taken relative to its own mean over about the length of the clip (cepstral mean normalisation,
Atal 1974), and every frame relative to its own mean, which removes loudness. Frames are compared
by the cosine between them. Pitch classes are rolled to transpose (Serrà, Gómez, Herrera 2008).
"""

import numpy as np
from numpy.typing import NDArray

from services.audio_features.domain import Floats

BANDS = 20
"""Bands of the smooth spectrum that as many cepstral coefficients describe."""

SPECTRUM_WEIGHT = 0.5
"""Weight of the spectrum in the cost of a pair of frames; the rest is that of the pitch classes."""

_FAINT = 1e-3
"""Length under which a frame says nothing; it is then about as far from every other."""


def contours(mfcc: Floats, chroma: Floats, around: int) -> tuple[Floats, Floats]:
    """Spectrum (n, 20) and pitch classes (n, 12) of each frame, both of length 1 (L2).

    Args:
        mfcc: Coefficients from 0 on, shape (n, 20).
        chroma: Strength of the pitch classes in step with them, shape (n, 12).
        around: Frames over which the mean is taken that each frame is compared with.
    """
    bands = mfcc @ _COSINES[: mfcc.shape[1]]
    relative = bands - _local_means(bands, around).astype(np.float32)
    return (
        _directions(relative - relative.mean(axis=1, keepdims=True)),
        _directions(chroma - chroma.mean(axis=1, keepdims=True)),
    )


def weighted(spectrum: Floats, pitch_classes: Floats, semitones: int = 0) -> Floats:
    """Both contours side by side, lowered by semitones, shape (n, 32).

    The product of two of them is the weighted cosine between frames.
    """
    lowered = np.roll(pitch_classes, -semitones, axis=1)
    return np.hstack(
        [
            spectrum * np.float32(np.sqrt(SPECTRUM_WEIGHT)),
            lowered * np.float32(np.sqrt(1 - SPECTRUM_WEIGHT)),
        ]
    )


def _cosines() -> Floats:
    """The inverse of the cosine transform of 128 bands, read at `BANDS` places, (20, `BANDS`)."""
    order, place = np.arange(BANDS)[:, np.newaxis], np.arange(BANDS) + 0.5
    table = np.cos(np.pi * order * place / BANDS) * np.sqrt(2 / 128)
    table[0] = np.sqrt(1 / 128)
    return np.asarray(table, np.float32)


_COSINES = _cosines()


def _local_means(values: Floats, around: int) -> NDArray[np.float64]:
    """Means over `around` frames about each, or over those nearest to the ends, shape (n, d)."""
    count = len(values)
    window = min(around, count)
    sums = np.zeros((count + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=sums[1:])
    begins = np.clip(np.arange(count) - window // 2, 0, count - window)
    means: NDArray[np.float64] = (sums[begins + window] - sums[begins]) / window
    return means


def _directions(values: NDArray[np.floating]) -> Floats:
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / (lengths + _FAINT), np.float32)
