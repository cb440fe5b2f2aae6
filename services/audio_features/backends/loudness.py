"""How loud a sound is, how much that changes, and whether there is anything to hear."""

import numpy as np
from numpy.typing import NDArray
from pyloudnorm import Meter
from scipy.signal import lfilter

from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, SILENCE_LUFS, Floats

RELATIVE_GATE = 10.0
"""Blocks this much softer than the mean of all do not count, in LU."""

BOTH_LOUDSPEAKERS = 10 * float(np.log10(2))
"""What a second loudspeaker with the same signal adds, in dB."""

SILENT_RMS = 10 ** (-70 / 20)
"""A sound whose loudest frame stays below this (-70 dB of full scale) is silent."""

STEP_SAMPLES = SAMPLE_RATE // 10
"""Blocks begin every 100 ms and last four of these steps."""

_PIECE_SAMPLES = 100 * STEP_SAMPLES
_OFFSET = -0.691
_SMALLEST = 1e-30

Numbers = NDArray[np.float64]


def integrated_loudness(recording: Recording) -> float:
    """Returns the integrated loudness in LUFS (ITU-R BS.1770-4), at least `SILENCE_LUFS`.

    The mono mix is measured as if it came from two loudspeakers, so that a stereo file whose
    sides agree keeps the value that it has elsewhere. Read piece by piece, whatever the length.
    """
    blocks = _block_loudness(_step_powers(recording))
    heard = blocks[blocks >= SILENCE_LUFS]
    if not len(heard):
        return SILENCE_LUFS
    return _mean_loudness(heard[heard > _mean_loudness(heard) - RELATIVE_GATE])


def _step_powers(recording: Recording) -> Numbers:
    """Energy of every 100 ms after BS.1770's two filters, which run on from piece to piece.

    pyloudnorm designs the filters; as there, half a step at the end is one.
    """
    filters = [(stage.b, stage.a) for stage in Meter(SAMPLE_RATE)._filters.values()]
    states = [np.zeros(2) for _ in filters]
    powers = []
    for piece in recording.pieces(_PIECE_SAMPLES):
        weighed = piece.astype(np.float64)
        for index, (b, a) in enumerate(filters):
            weighed, states[index] = lfilter(b, a, weighed, zi=states[index])
        starts = np.arange(0, max(1, len(weighed) - STEP_SAMPLES // 2), STEP_SAMPLES)
        squares = np.square(weighed[: starts[-1] + STEP_SAMPLES])
        powers.append(np.add.reduceat(squares, starts))
    return np.concatenate(powers)


def _block_loudness(powers: Numbers) -> Numbers:
    """Loudness of every block of 400 ms, each three quarters into the one before."""
    blocks = np.convolve(powers, np.ones(4), "valid") / (4 * STEP_SAMPLES)
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(blocks, _SMALLEST)) + BOTH_LOUDSPEAKERS)


def _mean_loudness(blocks: Numbers) -> float:
    """Averages loudness as power."""
    return float(10 * np.log10(np.mean(10 ** (blocks / 10))))


def dynamic_range_db(rms: Floats) -> float:
    """Returns the 95th less the 10th percentile of frame levels, in dB; `rms` of any shape."""
    quiet, loud = np.quantile(rms, (0.10, 0.95))
    return float(20 * np.log10(max(loud, SILENT_RMS) / max(quiet, SILENT_RMS)))


def is_silent(rms: Floats) -> bool:
    """Whether not even the loudest frame can be heard."""
    return bool(rms.max() < SILENT_RMS)
