"""Features that each frame of samples or magnitudes has by itself."""

from functools import cache
from itertools import pairwise

import librosa
import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.engine.transform import HOP, N_FFT, frequencies
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats

ROLL_SHARE = 0.85
"""The rolloff is the frequency under which this share of the magnitude lies."""

CONTRAST_LOWEST_HZ, CONTRAST_OCTAVES, CONTRAST_SHARE = 200.0, 6, 0.02
"""Bands of the contrast: below the lowest, then octaves; the share that is peak, and valley."""

SMALLEST_POWER = 1e-10
"""Power below this counts as this much, so that its logarithm is finite."""

SMALLEST_CROSSING = 1e-10
"""Samples no larger than this are on neither side of zero."""

N_MELS = 128


def moments(magnitudes: Floats) -> Floats:
    """Centroid, bandwidth and rolloff in Hz of magnitudes (n, 1025), shape (3, n)."""
    result = np.empty((3, len(magnitudes)), np.float32)
    _moments(magnitudes, frequencies(), np.float32(ROLL_SHARE), result)
    return result


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _sums(row: Floats, hertz: NDArray[np.float64]) -> tuple[float, float]:  # pragma: no cover
    total = weighted = 0.0
    for index in range(len(row)):
        total += row[index]
        weighted += row[index] * hertz[index]
    return total, weighted


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _spread(row: Floats, hertz: NDArray[np.float64], centre: float) -> float:  # pragma: no cover
    spread = 0.0
    for index in range(len(row)):
        spread += row[index] * (hertz[index] - centre) ** 2
    return spread


@njit(nogil=True, cache=True)
def _moments(
    magnitudes: Floats, hertz: NDArray[np.float64], share: np.float32, result: Floats
) -> None:  # pragma: no cover - compiled
    cumulated = np.empty(magnitudes.shape[1], np.float32)
    for frame in range(len(magnitudes)):
        row = magnitudes[frame]
        total, weighted = _sums(row, hertz)
        if total < np.finfo(np.float32).tiny:
            total = 1.0
        centre = weighted / total
        result[0, frame] = centre
        result[1, frame] = np.sqrt(_spread(row, hertz, centre) / total)
        running = np.float32(0.0)
        for index in range(len(row)):  # in librosa's order and precision: ties fall alike
            running += row[index]
            cumulated[index] = running
        threshold = share * running
        reached = 0
        while cumulated[reached] < threshold:
            reached += 1
        result[2, frame] = hertz[reached]


def flatness(powers: Floats) -> Floats:
    """Geometric by arithmetic mean of powers (n, 1025), shape (1, n)."""
    held = np.maximum(powers, np.float32(SMALLEST_POWER))
    return np.asarray(np.exp(np.log(held).mean(axis=1)) / held.mean(axis=1))[np.newaxis]


def contrast_ends(magnitudes: Floats) -> Floats:
    """Peaks, then valleys, of each of seven bands in dB before clipping, shape (14, n)."""
    starts, stops, counts = _contrast_bands()
    result = np.empty((2 * len(starts), len(magnitudes)), np.float64)
    _ends(magnitudes, starts, stops, counts, result)
    return decibels(result)


def decibels(powers: NDArray[np.floating]) -> Floats:
    """Power in dB, not clipped to a range below the loudest yet."""
    return np.asarray(10 * np.log10(np.maximum(powers, SMALLEST_POWER)), np.float32)


@cache
def _contrast_bands() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """First bin, bin behind the last, and how many bins are averaged, of each band."""
    hertz = frequencies()
    edges = np.concatenate([[0.0], CONTRAST_LOWEST_HZ * 2.0 ** np.arange(CONTRAST_OCTAVES + 1)])
    starts, stops, counts = [], [], []
    for band, (low, high) in enumerate(pairwise(edges)):
        inside = np.flatnonzero((hertz >= low) & (hertz <= high))
        start = inside[0] - (band > 0)
        is_last = band == CONTRAST_OCTAVES
        stop = len(hertz) if is_last else inside[-1] + 1
        starts.append(start)
        stops.append(stop if is_last else stop - 1)
        counts.append(max(1, int(np.rint(CONTRAST_SHARE * (stop - start)))))
    return np.array(starts), np.array(stops), np.array(counts)


@njit(nogil=True, cache=True)
def _ends(
    magnitudes: Floats,
    starts: NDArray[np.intp],
    stops: NDArray[np.intp],
    counts: NDArray[np.intp],
    result: NDArray[np.float64],
) -> None:  # pragma: no cover - compiled
    bands = len(starts)
    for frame in range(len(magnitudes)):
        for band in range(bands):
            part = magnitudes[frame, starts[band] : stops[band]]
            result[band, frame] = -_least_mean(-part, counts[band])
            result[bands + band, frame] = _least_mean(part, counts[band])


@njit(nogil=True, cache=True)
def _least_mean(values: Floats, count: int) -> np.float32:  # pragma: no cover - compiled
    """The mean of the `count` least values."""
    least = np.full(count, np.inf, np.float32)
    for value in values:
        if value < least[count - 1]:
            place = count - 1
            while place > 0 and least[place - 1] > value:
                least[place] = least[place - 1]
                place -= 1
            least[place] = value
    return np.mean(least)


def mel_decibels(powers: Floats) -> Floats:
    """128 mel bands of powers (n, 1025) in dB before clipping, shape (128, n)."""
    weights, starts = _mel_bands()
    mel = np.empty((len(starts), len(powers)), np.float32)
    _banded(powers, weights, starts, mel)
    return decibels(mel)


@cache
def _mel_bands() -> tuple[Floats, NDArray[np.intp]]:
    """Slaney's triangles without their zeros, shape (128, widest), and where each begins."""
    full = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=N_MELS)
    widest = int((full > 0).sum(axis=1).max())
    starts = np.minimum((full > 0).argmax(axis=1), full.shape[1] - widest)
    bands = [row[start : start + widest] for row, start in zip(full, starts, strict=True)]
    return np.stack(bands).astype(np.float32), starts


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _banded(
    powers: Floats, weights: Floats, starts: NDArray[np.intp], result: Floats
) -> None:  # pragma: no cover - compiled
    for frame in range(len(powers)):
        for band in range(len(starts)):
            total = np.float32(0.0)
            for index in range(weights.shape[1]):
                total += weights[band, index] * powers[frame, starts[band] + index]
            result[band, frame] = total


def levels(recording: Recording, first: int, last: int) -> Floats:
    """Zero-crossing rate and RMS of frames `first` to `last`, shape (2, n).

    Beyond the ends there is silence for RMS; for crossings the sound goes on as it ends.
    """
    start, stop = first * HOP - N_FFT // 2, (last - 1) * HOP + N_FFT // 2
    heard = recording.samples(start, stop)
    before = max(0, -start)
    edges = (before, stop - start - before - len(heard))
    result = np.empty((2, last - first), np.float32)
    _crossing_rates(np.pad(heard, edges, mode="edge"), result[0])
    _root_mean_squares(np.pad(heard, edges), result[1])
    return result


@njit(nogil=True, cache=True)
def _crossing_rates(samples: Floats, result: Floats) -> None:  # pragma: no cover - compiled
    below = np.empty(len(samples), np.int32)
    for index in range(len(samples)):
        below[index] = samples[index] < -SMALLEST_CROSSING
    for frame in range(len(result)):
        start, crossings = frame * HOP, 0
        for index in range(start + 1, start + N_FFT):
            crossings += below[index] != below[index - 1]
        result[frame] = crossings / N_FFT


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _root_mean_squares(samples: Floats, result: Floats) -> None:  # pragma: no cover - compiled
    for frame in range(len(result)):
        start, total = frame * HOP, 0.0
        for index in range(start, start + N_FFT):
            total += samples[index] * samples[index]
        result[frame] = np.sqrt(total / N_FFT)
