"""When the beats of a sound fall (Ellis 2007), as `librosa.beat.beat_track` finds them.

Written anew because librosa compiles it at every start, and reads beyond the ends of sounds none
of whose onsets stands out.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.domain import Floats, Tempo

TIGHTNESS = 100.0
"""How much a beat that comes early or late has to be worth; librosa's default."""

FIRST_SHARE = 0.01
"""No beat comes before onsets reach this share of the strongest."""

Numbers = NDArray[np.float64]


def beat_times(onsets: Floats, tempo: Tempo | None) -> Floats:
    """Seconds of every beat, from onset strength of shape (frames,); none without a tempo."""
    if tempo is None or not onsets.any():
        return np.zeros(0, np.float32)
    return np.asarray(beat_frames(onsets, tempo.bpm) * FRAME_SECONDS, np.float32)


def beat_frames(onsets: Floats, bpm: float) -> NDArray[np.intp]:
    """The frames at which beats fall, about `bpm` of them in a minute."""
    period = max(1, round(60 / bpm / FRAME_SECONDS))
    scores = _smoothed(onsets.astype(np.float64), period)
    lags = np.arange(max(1, round(period / 2)), 2 * period + 1)
    before, best = _best_ways(scores, lags, TIGHTNESS * np.log(lags / period) ** 2)
    beats = [_last(best)]
    while before[beats[-1]] >= 0:
        beats.append(before[beats[-1]])
    return _trimmed(np.array(beats[::-1]), scores)


def _smoothed(onsets: Numbers, period: int) -> Numbers:
    """Onsets in units of their deviation, seen through a window of a 32nd of a beat."""
    scaled = onsets / (onsets.std(ddof=1) + np.finfo(np.float32).tiny)
    window = np.exp(-0.5 * (np.arange(-period, period + 1) * 32 / period) ** 2)
    return np.convolve(scaled, window)[period : period + len(onsets)]


@njit(nogil=True, cache=True)
def _best_ways(
    scores: Numbers, lags: NDArray[np.int64], costs: Numbers
) -> tuple[NDArray[np.int64], Numbers]:  # pragma: no cover - compiled
    """For each frame, the beat before it on the best way there (-1: none), and that way's worth."""
    before, best = np.full(len(scores), -1), scores.copy()
    least, begun = FIRST_SHARE * scores.max(), False
    for frame in range(len(scores)):
        found, worth = -1, -np.inf
        for lag, cost in zip(lags, costs):  # noqa: B905 - numba knows no strict
            if lag > frame:
                break
            if best[frame - lag] - cost > worth:
                found, worth = frame - lag, best[frame - lag] - cost
        if found >= 0:
            best[frame] += worth
        begun = begun or scores[frame] >= least
        if begun:
            before[frame] = found
    return before, best


def _last(best: Numbers) -> int:
    """The last peak that is worth at least half of what peaks are worth."""
    after = np.append(best[1:], -np.inf)
    peaks = np.flatnonzero((best[1:] > best[:-1]) & (best[1:] >= after[1:])) + 1
    if not len(peaks):
        return len(best) - 1
    return int(peaks[best[peaks] >= 0.5 * np.median(best[peaks])][-1])


def _trimmed(beats: NDArray[np.intp], scores: Numbers) -> NDArray[np.intp]:
    """Leaves out beats before the first and after the last onset of some strength."""
    around = np.convolve(scores[beats], np.hanning(5))[2 : 2 + len(scores)]
    strong = np.flatnonzero(scores > 0.5 * np.sqrt(np.mean(around**2)))
    if not len(strong):
        return beats[:0]
    return np.asarray(beats[(beats >= strong[0]) & (beats <= strong[-1])])
