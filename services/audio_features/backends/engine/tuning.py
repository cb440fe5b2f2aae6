"""How far a sound is tuned from A = 440 Hz, from the peaks of its spectrum."""

from pathlib import Path
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.engine.transform import N_FFT, frequencies
from services.audio_features.backends.spooling import Spool
from services.audio_features.domain import SAMPLE_RATE, Floats

LOWEST_HZ, HIGHEST_HZ, LEAST_SHARE = 150.0, 4000.0, 0.1
"""Where peaks are looked for, and the share of a frame's largest value that they reach."""

A0_HZ = 27.5
MEMORY_BYTES = 8 << 20

_EDGES = np.linspace(-0.5, 0.5, 101)


def peaks(spectra: Floats) -> Floats:
    """Frequency in Hz and size of every peak of spectra (n, 1025), shape (2, peaks).

    As `librosa.piptrack`: interpolated by parabolas.
    """
    hertz = frequencies()
    low, high = np.searchsorted(hertz, [LOWEST_HZ, HIGHEST_HZ])
    found = np.empty((2, len(spectra) * (high - low)), np.float32)
    count = _peaks(spectra, low, high, found)
    return found[:, :count]


@njit(nogil=True, cache=True)
def _peaks(spectra: Floats, low: int, high: int, found: Floats) -> int:  # pragma: no cover
    count = 0
    for frame in range(len(spectra)):
        row = spectra[frame]
        least = np.float32(LEAST_SHARE) * row.max()
        for index in range(low, high):
            before, value, after = row[index - 1], row[index], row[index + 1]
            if value <= least or value <= before or value < after:
                continue
            bend, slope = after + before - 2.0 * value, (after - before) / 2.0
            shift = 0.0 if abs(slope) >= abs(bend) else -slope / bend
            found[0, count] = (index + shift) * SAMPLE_RATE / N_FFT
            found[1, count] = value + 0.5 * slope * shift
            count += 1
    return count


class Tuning:
    """Gathers peaks of a whole sound, as many as there are; close it when done."""

    def __init__(self, folder: Path | None = None) -> None:
        self._hertz = Spool(MEMORY_BYTES, folder)
        self._sizes = Spool(MEMORY_BYTES, folder)

    def add(self, found: Floats) -> None:
        """Takes in what `peaks` found."""
        self._hertz.append(found[0])
        self._sizes.append(found[1])

    def estimate(self, bins_per_octave: int) -> float:
        """The commonest deviation in bins, -0.5 to 0.49, of the peaks above the median.

        As `librosa.estimate_tuning`; 0 without peaks.
        """
        if not self._hertz.count:
            return 0.0
        sizes = self._sizes.read(0, self._sizes.count)
        chosen = self._hertz.read(0, self._hertz.count)[sizes >= np.median(sizes)]
        counts, _ = np.histogram(_deviations(chosen, bins_per_octave), _EDGES)
        return float(_EDGES[counts.argmax()])

    def close(self) -> None:
        """Lets go of the peaks."""
        self._hertz.close()
        self._sizes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _deviations(hertz: Floats, bins_per_octave: int) -> NDArray[np.float32]:
    bins = np.mod(bins_per_octave * np.log2(hertz / np.float32(A0_HZ)), np.float32(1))
    return np.asarray(np.where(bins >= 0.5, bins - 1, bins), np.float32)
