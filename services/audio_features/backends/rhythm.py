"""The tempo of a sound, from how its onsets repeat and how many of them there are.

A comb over the autocorrelation of onset strength finds pulses; which octave of a pulse people
call the tempo is settled by a preference whose centre moves with the number of onsets a second.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.domain import Floats, Tempo

MIN_BPM, MAX_BPM = 40.0, 220.0
"""The tempi that are considered."""

STEPS_PER_OCTAVE = 160
"""Candidates per octave: 0.43 % apart."""

BEATS = np.arange(1, 9)
"""How many beats ahead a pulse is asked to repeat."""

USUAL_OCTAVE, OCTAVES_PER_DOUBLING, PREFERENCE_OCTAVES = 6.0, 0.45, 0.8
"""log2 of the tempo expected at one onset a second, its growth with every doubling of onsets, and
the width of that expectation: fitted on every second of the project's sketches."""

MIN_PULSE = 0.05
"""A comb weaker than this, as a correlation, is no pulse."""

ONSET_DECIBELS = 0.5
"""How far an onset stands out of the half second around it."""

MAX_CANDIDATES = 4

GRID_BPM = MIN_BPM * 2 ** (
    np.arange(int(np.log2(MAX_BPM / MIN_BPM) * STEPS_PER_OCTAVE)) / STEPS_PER_OCTAVE
)

Numbers = NDArray[np.float64]


def estimate_tempo(onsets: Floats) -> Tempo | None:
    """Finds the pulse of onset strength of shape (frames,); None without one."""
    comb = _comb(_autocorrelation(onsets))
    if comb.max() < MIN_PULSE:
        return None
    weighed = np.maximum(comb, 0) * preference(onset_rate(onsets))
    peaks = _peaks(weighed)
    best, *rest = peaks[np.argsort(-weighed[peaks])]
    lead = 1 - weighed[rest[0]] / weighed[best] if rest else 1.0
    confidence = np.sqrt(np.clip(comb[best], 0, 1)) * (0.5 + 0.5 * lead)
    others = tuple(float(GRID_BPM[i]) for i in rest[:MAX_CANDIDATES])
    return Tempo(float(GRID_BPM[best]), float(confidence), others)


def onset_rate(onsets: Floats) -> float:
    """Counts the onsets per second: peaks of onset strength that stand out."""
    is_peak = onsets == maximum_filter1d(onsets, 7)
    stands_out = onsets > uniform_filter1d(onsets, 21) + ONSET_DECIBELS
    return float(np.count_nonzero(is_peak & stands_out) / (len(onsets) * FRAME_SECONDS))


def preference(onsets_per_second: float) -> Numbers:
    """How well each tempo of `GRID_BPM` suits a number of onsets; 1 at the likeliest."""
    centre = USUAL_OCTAVE + OCTAVES_PER_DOUBLING * np.log2(max(onsets_per_second, 0.3))
    octaves = (np.log2(GRID_BPM) - centre) / PREFERENCE_OCTAVES
    return np.asarray(np.exp(-0.5 * octaves**2))


def _autocorrelation(onsets: Floats) -> Numbers:
    """Correlates onset strength with itself later; index is the lag in frames, 1 at lag 0."""
    count = len(onsets)
    spectrum = np.fft.rfft(onsets - onsets.mean(), 2 * count)
    total = np.fft.irfft(np.abs(spectrum) ** 2)[:count]
    overlap = 1 - np.arange(count) / count
    return np.asarray(total / max(total[0], 1e-12) / np.maximum(overlap, 0.25))


def _comb(repeats: Numbers) -> Numbers:
    """Mean correlation over `BEATS` that fit into the sound, for each tempo of `GRID_BPM`."""
    lags = 60 / GRID_BPM[:, np.newaxis] / FRAME_SECONDS * BEATS
    fits = lags < 0.75 * len(repeats)
    found = np.interp(lags, np.arange(len(repeats)), repeats)
    return np.asarray((found * fits).sum(axis=1) / np.maximum(fits.sum(axis=1), 1))


def _peaks(curve: Numbers) -> NDArray[np.intp]:
    inner = (curve[1:-1] >= curve[:-2]) & (curve[1:-1] > curve[2:]) & (curve[1:-1] > 0)
    peaks = np.flatnonzero(inner) + 1
    return peaks if len(peaks) else np.array([curve.argmax()])
