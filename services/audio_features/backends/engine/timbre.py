"""Mel-frequency cepstral coefficients and how they change."""

from functools import cache

import numpy as np
import scipy.fft
import scipy.signal

from services.audio_features.backends.engine.shapes import N_MELS
from services.audio_features.domain import Floats

N_MFCC = 20
DELTA_FRAMES = 9
"""Frames over which a change is measured; librosa's default."""

REACH = DELTA_FRAMES // 2


def mfcc(mel: Floats) -> Floats:
    """20 coefficients of mel bands in dB (128, n), shape (20, n); `librosa.feature.mfcc`."""
    return _cosines() @ mel


@cache
def _cosines() -> Floats:
    """The first rows of the orthonormal DCT of type 2."""
    transform = scipy.fft.dct(np.eye(N_MELS), type=2, norm="ortho", axis=0)
    return np.asarray(transform[:N_MFCC], np.float32)


def change(values: Floats, order: int) -> Floats:
    """First or second derivative of (rows, n), by parabolas as `librosa.feature.delta`.

    Exact for all frames if the first and last are the sound's own; else not for `REACH` frames at
    either end.
    """
    return np.asarray(
        scipy.signal.savgol_filter(
            values, DELTA_FRAMES, polyorder=order, deriv=order, axis=-1, mode="interp"
        ),
        np.float32,
    )
