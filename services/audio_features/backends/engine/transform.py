"""The one short-time Fourier transform that the features share."""

from functools import cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats

N_FFT = 2048
HOP = 512
BINS = N_FFT // 2 + 1
FRAME_SECONDS = HOP / SAMPLE_RATE

_BATCH = 32  # frames at a time, so that they stay in the cache


def frame_count(samples: int) -> int:
    """How many frames a sound has: each is centred on a multiple of `HOP`."""
    return 1 + samples // HOP


def magnitudes(recording: Recording, first: int, last: int) -> Floats:
    """Magnitudes of frames `first` to `last`, shape (frames, 1025); silence surrounds the sound.

    Equal to `numpy.abs(librosa.stft(y))`: in double precision up to the transform's result, as
    there, because what is next to nothing beside a loud tone counts in flatness and contrast.
    """
    samples = recording.padded(first * HOP - N_FFT // 2, (last - 1) * HOP + N_FFT // 2)
    frames = sliding_window_view(samples, N_FFT)[::HOP]
    result = np.empty((last - first, BINS), np.float32)
    for start in range(0, last - first, _BATCH):
        batch = frames[start : start + _BATCH] * _hann()
        spectrum = scipy.fft.rfft(batch, axis=1, overwrite_x=True)
        np.abs(spectrum.astype(np.complex64), out=result[start : start + _BATCH])
    return result


@cache
def _hann() -> NDArray[np.float64]:
    phase = 2 * np.pi * np.arange(N_FFT) / N_FFT
    return np.asarray(0.5 - 0.5 * np.cos(phase))


@cache
def frequencies() -> NDArray[np.float64]:
    """The frequency of every bin in Hz, shape (1025,)."""
    return np.asarray(np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE), np.float64)
