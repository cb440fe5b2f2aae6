"""From mono sound to the log-mel patches that the listening network reads.

The recipe of YAMNet (TensorFlow Models, `research/audioset/yamnet`, Apache-2.0): 16 kHz, Hann
windows of 25 ms every 10 ms, magnitude of a 512-point FFT, 64 bands from 125 to 7,500 Hz that are
triangular on the mel scale of HTK, log(x + 0.001), 96 frames to a patch.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.audio_features.domain import Floats

RATE = 16_000
PATCH_FRAMES, BANDS = 96, 64
PATCH_SECONDS = 0.96
"""Patches follow each other without overlap."""

_WINDOW, _HOP, _FFT = 400, 160, 512
PATCH_SAMPLES = PATCH_FRAMES * _HOP
"""From the start of one patch to the next."""
_REACH = _WINDOW - _HOP
"""How far the last window of a patch reaches into the next."""
_LOWEST_HZ, _HIGHEST_HZ, _FLOOR = 125.0, 7_500.0, 0.001


def stretches(pieces: Iterable[Floats], count: int) -> Iterator[Floats]:
    """Puts pieces of samples at 16 kHz together to stretches of `count` patches, an even number.

    A stretch holds besides what its last window needs of the next. The last one is what is left,
    which is never less than half a patch unless that is all there is.
    """
    length = count * PATCH_SAMPLES
    held = np.zeros(0, np.float32)
    for piece in pieces:
        held = np.concatenate([held, piece])
        while len(held) > length + PATCH_SAMPLES // 2:
            yield held[: length + _REACH]
            held = held[length:]
    yield held


def patch_count(samples: Floats) -> int:
    """How many patches stand for samples at 16 kHz; less than half a one at the end is left."""
    return max(1, round(len(samples) / PATCH_SAMPLES))


def patches(samples: Floats, count: int) -> Floats:
    """The first `count` patches of samples at 16 kHz, shape (count, 96, 64).

    Beyond the end of the sound there is silence.
    """
    return log_mel(samples, count * PATCH_FRAMES).reshape(count, PATCH_FRAMES, BANDS)


def log_mel(samples: Floats, frames: int) -> Floats:
    """The first frames of samples at 16 kHz, shape (frames, 64), 10 ms apart; silence after them.

    Frame i is about samples 160 i to 160 i + 400.
    """
    needed = frames * _HOP + _REACH
    part = samples[:needed]
    part = np.pad(part, (0, needed - len(part)))
    heard = sliding_window_view(part, _WINDOW)[::_HOP] * _hann()
    mel = np.abs(np.fft.rfft(heard, _FFT)).astype(np.float32) @ _mel_weights()
    return np.asarray(np.log(mel + _FLOOR), np.float32)


@cache
def _hann() -> Floats:
    phase = 2 * np.pi * np.arange(_WINDOW) / _WINDOW
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


@cache
def _mel_weights() -> Floats:
    """Weights of shape (257, 64): triangles that are straight on the mel scale, without DC."""
    bins = _mel(np.linspace(0, RATE / 2, _FFT // 2 + 1))[:, np.newaxis]
    lowest, highest = _mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    edges = np.linspace(lowest, highest, BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    weights = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
    weights[0] = 0.0
    return np.asarray(np.maximum(weights, 0.0), np.float32)


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(hertz / 700.0), np.float64)
