"""The log-mel input of VGGish, by the recipe published with it.

16 kHz mono; windows of 25 ms every 10 ms, periodic Hann, 512-point spectra; magnitudes, not powers;
64 bands from 125 to 7,500 Hz, triangular on HTK's mel scale; log(x + 0.01); 96 windows an example,
examples side by side without overlap.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 16_000
BANDS, FRAMES = 64, 96
_WINDOW, _HOP, _SPECTRUM = 400, 160, 512
_LOWEST_HZ, _HIGHEST_HZ = 125.0, 7_500.0
_OFFSET = 0.01
_EXAMPLE = (FRAMES - 1) * _HOP + _WINDOW
_STEP = FRAMES * _HOP


def examples(sound: Iterable[Floats]) -> Iterator[Floats]:
    """Yields (96, 64) for every whole 0.96 s of sound that comes in blocks of any length.

    The last example needs the whole of its last window: 15,600 samples in all.
    """
    waiting = np.zeros(0, dtype=np.float32)
    for block in sound:
        waiting = np.concatenate([waiting, block])
        while len(waiting) >= _EXAMPLE:
            yield log_mel(waiting[:_EXAMPLE])
            waiting = waiting[_STEP:]


def log_mel(samples: Floats) -> Floats:
    """Returns (windows, 64) of samples in [-1, 1] at 16 kHz; an unfinished window is left out."""
    windows = sliding_window_view(samples.astype(np.float64), _WINDOW)[::_HOP]
    spectra = np.abs(np.fft.rfft(windows * _hann(), _SPECTRUM))
    return np.log(spectra @ _filters() + _OFFSET).astype(np.float32)


def _hann() -> NDArray[np.float64]:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi / _WINDOW * np.arange(_WINDOW)))


def _filters() -> NDArray[np.float64]:
    """Returns (257, 64): each band rises and falls linearly in mel; none hears 0 Hz."""
    bins = _mel(np.linspace(0, RATE / 2, _SPECTRUM // 2 + 1))[:, None]
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    filters: NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    filters[0] = 0.0
    return filters


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))
