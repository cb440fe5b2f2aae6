"""Onset strength, and how it repeats, from the mel spectrogram."""

from functools import cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.audio_features.backends.engine.transform import FRAME_SECONDS, HOP, N_FFT
from services.audio_features.domain import Floats

BANDS_BPM = np.array([30, 42.4, 60, 84.9, 120, 169.7, 240, 339.4, 480])
"""Half-octave bands over which the tempogram is summarised."""

WINDOW = 384
"""Frames over which onsets are correlated with themselves; librosa's default."""

DELAY = 1 + N_FFT // (2 * HOP)
"""Frames by which a rise is told later: one to see it, two because frames are centred."""

_SIZE = 2 * WINDOW
_PIECE = 1024


def rises(mel: Floats, before: Floats | None) -> Floats:
    """Mean rise of mel bands in dB (128, n) from frame to frame, shape (n,).

    `before` is the frame before the first, shape (128, 1); without one, nothing has risen yet.
    """
    first = mel[:, :1] if before is None else before
    steps = np.diff(np.concatenate([first, mel], axis=1), axis=1)
    return np.asarray(np.maximum(steps, 0).mean(axis=0), np.float32)


def onset_strength(risen: Floats) -> Floats:
    """Onset strength of a whole sound from its `rises`, as `librosa.onset.onset_strength`."""
    delay = min(DELAY - 1, len(risen))
    return np.concatenate([np.zeros(delay, np.float32), risen[: len(risen) - delay]])


def tempogram_bands(onsets: Floats) -> Floats:
    """The largest value of `librosa.feature.tempogram` in each of `BANDS_BPM`, shape (8, frames).

    `onsets` is the onset strength of a whole sound.
    """
    padded = np.pad(onsets, WINDOW // 2, mode="linear_ramp", end_values=(0, 0))
    frames = sliding_window_view(padded.astype(np.float32), WINDOW)[: len(onsets)]
    starts = range(0, len(onsets), _PIECE)
    return np.concatenate([_band_peaks(frames[start : start + _PIECE]) for start in starts], axis=1)


def _band_peaks(frames: Floats) -> Floats:
    transform, starts = _lags()
    spectrum = scipy.fft.rfft(frames * _window(), _SIZE, axis=1)
    repeats = (spectrum.real**2 + spectrum.imag**2) @ transform
    largest = repeats[:, :1]
    scaled = repeats[:, 1:] / np.where(largest < np.finfo(np.float32).tiny, 1, largest)
    return np.maximum.reduceat(scaled, starts, axis=1).T[::-1]


@cache
def _window() -> Floats:
    phase = 2 * np.pi * np.arange(WINDOW) / WINDOW
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


@cache
def _lags() -> tuple[Floats, NDArray[np.intp]]:
    """From a power spectrum to autocorrelation at lag 0 and at those of the bands.

    The matrix has shape (385, 1 + lags); the band of the fastest tempi comes first.
    """
    every = np.arange(1, WINDOW)
    band = np.digitize(60 / (every * FRAME_SECONDS), BANDS_BPM)
    inside = (band > 0) & (band < len(BANDS_BPM))
    lags = np.concatenate([[0], every[inside]])
    waves = np.cos(2 * np.pi * np.arange(_SIZE // 2 + 1)[:, np.newaxis] * lags / _SIZE)
    waves[1:-1] *= 2
    starts = np.flatnonzero(np.diff(band[inside], prepend=-1))
    return (waves / _SIZE).astype(np.float32), starts
