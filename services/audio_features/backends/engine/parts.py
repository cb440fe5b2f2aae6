"""How much of each frame is harmonic and how much percussive (Fitzgerald 2010)."""

import numpy as np
from numba import njit

from services.audio_features.backends.engine.medians import mirrored, running_medians
from services.audio_features.domain import Floats

MEDIAN_FRAMES = 31
"""Length of both medians, in frames and in bins; librosa's default."""

REACH = MEDIAN_FRAMES // 2
"""How many frames before and after one are needed for it."""


def part_energies(magnitudes: Floats, start: int, first: int, last: int, frames: int) -> Floats:
    """Energy of the harmonic and the percussive part of frames `first` to `last`, shape (2, n).

    As `librosa.decompose.hpss`: soft masks of power 2 from medians along time and frequency.

    Args:
        magnitudes: Frames from `start` on, `REACH` more than asked for on either side if there are.
        start: Which frame of the sound the first of them is.
        first: The first frame asked for.
        last: The frame behind the last.
        frames: How many frames the sound has.
    """
    bins = magnitudes.shape[1]
    along_time = mirrored(first - REACH, last + REACH, frames) - start
    harmonic = running_medians(magnitudes, along_time, MEDIAN_FRAMES)
    own = magnitudes[first - start : last - start]
    along_bins = mirrored(-REACH, bins + REACH, bins)
    turned = running_medians(np.ascontiguousarray(own.T), along_bins, MEDIAN_FRAMES)
    energies = np.empty((2, last - first), np.float32)
    _energies(own, harmonic, np.ascontiguousarray(turned.T), energies)
    return energies


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _energies(
    magnitudes: Floats, harmonic: Floats, percussive: Floats, result: Floats
) -> None:  # pragma: no cover - compiled
    tiny = np.finfo(np.float32).tiny
    for frame in range(len(magnitudes)):
        first = second = np.float32(0.0)
        for index in range(magnitudes.shape[1]):
            one, other = harmonic[frame, index], percussive[frame, index]
            larger = max(one, other)
            scale = np.float32(1.0) / max(larger, tiny)
            one, other = (one * scale) ** 2, (other * scale) ** 2
            share = one / (one + other) if larger >= tiny else np.float32(0.5)
            value = magnitudes[frame, index]
            first += (value * share) ** 2
            second += (value - value * share) ** 2
        result[0, frame] = first
        result[1, frame] = second
