"""Loudness by ITU-R BS.1770, gentle compression, a look-ahead limiter and the final fade."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import sosfilt

from catalogue.sketches.instruments.tones import RATE, as_signal, filtered, samples_in

TARGET_LUFS = -16.0
"""Integrated loudness of every finished piece."""

CEILING = 10 ** (-1.5 / 20)
"""Highest sample, leaving room for what lossy coding adds."""

_INAUDIBLE = 10 ** (-58 / 20)

_Stereo = NDArray[np.float32]

_K_WEIGHTING = np.array(
    [
        [1.53090959966428, -2.65097999515473, 1.16907907992159, 1.0, -1.66363794709474, 0.71259549],
        [1.0, -2.0, 1.0, 1.0, -1.98916967210129, 0.98919158985],
    ]
)
"""The two filters of BS.1770 at 44.1 kHz: the head's shelf, then the low cut."""


def loudness(signal: _Stereo) -> float:
    """Integrated loudness in LUFS of a (2, samples) signal, gated; -120 for silence."""
    weighted = sosfilt(_K_WEIGHTING.astype(np.float32), signal, axis=1)
    hop = RATE // 10
    count = weighted.shape[1] // hop
    hops = (weighted[:, : count * hop] ** 2).reshape(2, count, hop).mean(axis=2).sum(axis=0)
    blocks = np.convolve(hops, np.full(4, 0.25), mode="valid").astype(np.float64)
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(loud):
        return -120.0
    gated = loud[loud > loud.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def compressed(signal: _Stereo, *, threshold_db: float, ratio: float) -> _Stereo:
    """Holds back what is louder than the threshold, judged over 50 ms and moved slowly."""
    hop = 64
    power = (signal**2).mean(axis=0)
    power = power[: len(power) // hop * hop].reshape(-1, hop).mean(axis=1)
    level = 10 * np.log10(uniform_filter1d(power, RATE // 20 // hop) + 1e-9)
    over = np.maximum(level - threshold_db, 0.0)
    gain_db = uniform_filter1d(-over * (1 - 1 / ratio), RATE // 8 // hop)
    places = np.arange(signal.shape[1]) / hop
    gain = 10 ** (np.interp(places, np.arange(len(gain_db)), gain_db) / 20)
    return as_signal(signal * gain)


def limited(signal: _Stereo, ceiling: float = CEILING) -> _Stereo:
    """Turns down ahead of every peak so that no sample passes the ceiling."""
    window = samples_in(0.004)
    peaks = maximum_filter1d(np.abs(signal).max(axis=0), 2 * window + 1)
    gain = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    return as_signal(np.clip(signal * uniform_filter1d(gain, window), -ceiling, ceiling))


def ended(signal: _Stereo, seconds: float) -> _Stereo:
    """Cuts what cannot be heard after the last chord and fades the last `seconds` to silence."""
    heard = np.flatnonzero(np.abs(signal).max(axis=0) > _INAUDIBLE)
    signal = signal[:, : int(heard[-1]) + 1 if len(heard) else None].copy()
    count = min(samples_in(seconds), signal.shape[1])
    signal[:, -count:] *= np.linspace(1.0, 0.0, count, dtype=np.float32) ** 1.5
    return signal


def mastered(mix: _Stereo) -> _Stereo:
    """A mix made ready: no rumble, evened, at the target loudness, under the ceiling."""
    signal = filtered(mix, "highpass", 28.0)
    signal *= np.float32(10 ** ((TARGET_LUFS - loudness(signal)) / 20))
    signal = compressed(signal, threshold_db=-18.0, ratio=2.0)
    for _ in range(2):
        signal = limited(signal * np.float32(10 ** ((TARGET_LUFS - loudness(signal)) / 20)))
    return ended(signal, 2.4)
