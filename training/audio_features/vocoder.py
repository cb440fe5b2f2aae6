"""Music played faster, slower, higher or lower: by resampling, and by a phase vocoder."""

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.audio_features.domain import SAMPLE_RATE, Floats

_WINDOW, _HOP = 2_048, 512


def at_speed(samples: Floats, ratio: float) -> Floats:
    """Plays a tape `ratio` times as fast: tempo and pitch rise together."""
    return np.asarray(soxr.resample(samples, SAMPLE_RATE * ratio, SAMPLE_RATE), np.float32)


def transposed(samples: Floats, semitones: float) -> Floats:
    """Shifts the pitch and leaves the tempo; the length stays the same."""
    ratio = 2 ** (semitones / 12)
    shifted = at_speed(stretched(samples, 1 / ratio), ratio)[: len(samples)]
    return np.pad(shifted, (0, len(samples) - len(shifted)))


def stretched(samples: Floats, ratio: float) -> Floats:
    """Plays `ratio` times as fast and leaves the pitch.

    A phase vocoder (Flanagan & Golden 1966; Laroche & Dolson 1999): spectra are read between
    frames, and every bin's phase goes on at the pace at which it went there.
    """
    length = round(len(samples) / ratio)
    padded = np.pad(samples, (_WINDOW // 2, 2 * _WINDOW))
    hann = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    spectra = np.fft.rfft(sliding_window_view(padded, _WINDOW)[::_HOP] * hann)
    places = np.arange(0.0, len(spectra) - 1.001, ratio)
    before, share = places.astype(int), (places % 1)[:, np.newaxis]
    loud = (1 - share) * np.abs(spectra[before]) + share * np.abs(spectra[before + 1])
    usual = 2 * np.pi * _HOP * np.arange(_WINDOW // 2 + 1) / _WINDOW
    turned = np.angle(spectra[before + 1]) - np.angle(spectra[before]) - usual
    pace = usual + turned - 2 * np.pi * np.round(turned / (2 * np.pi))
    phase = np.cumsum(np.vstack([np.angle(spectra[:1]), pace[:-1]]), axis=0)
    return _overlapped(np.fft.irfft(loud * np.exp(1j * phase)) * hann, hann)[:length]


def _overlapped(frames: NDArray[np.float64], hann: Floats) -> Floats:
    """Adds frames up to sound, without the half window that was put before it."""
    size = len(frames) * _HOP + _WINDOW
    total, weight = np.zeros(size), np.zeros(size)
    for index, frame in enumerate(frames):
        total[index * _HOP :][:_WINDOW] += frame
        weight[index * _HOP :][:_WINDOW] += hann**2
    return np.asarray((total / np.maximum(weight, 1e-3))[_WINDOW // 2 :], np.float32)
