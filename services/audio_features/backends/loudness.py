"""How loud a sound is, how much that changes, and whether there is anything to hear."""

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from services.audio_features.domain import SAMPLE_RATE, SILENCE_LUFS, Floats

PART_SECONDS = 60
"""Filtered at a time, so that the memory it takes does not grow with the sound."""

RELATIVE_GATE = 10.0
"""Blocks this much softer than the mean of all do not count, in LU."""

BOTH_LOUDSPEAKERS = 10 * float(np.log10(2))
"""What a second loudspeaker with the same signal adds, in dB."""

SILENT_RMS = 10 ** (-70 / 20)
"""A sound whose loudest frame stays below this (-70 dB of full scale) is silent."""


def integrated_loudness(samples: Floats) -> float:
    """Returns the integrated loudness in LUFS (ITU-R BS.1770-4), at least `SILENCE_LUFS`.

    The mono mix is measured as if it came from two loudspeakers, so that a stereo file whose
    sides agree keeps the value that it has elsewhere.
    """
    parts = np.array_split(samples, -(-len(samples) // (PART_SECONDS * SAMPLE_RATE)))
    blocks = np.concatenate([_block_loudness(part) for part in parts])
    heard = blocks[blocks >= SILENCE_LUFS]
    if not len(heard):
        return SILENCE_LUFS
    return _mean_loudness(heard[heard > _mean_loudness(heard) - RELATIVE_GATE])


def _block_loudness(samples: Floats) -> NDArray[np.float64]:
    """Loudness of every block of 400 ms, each three quarters into the one before."""
    meter = pyloudnorm.Meter(SAMPLE_RATE)
    with np.errstate(all="ignore"):  # silence has minus infinity; the gate drops it
        meter.integrated_loudness(samples)
    return np.array(meter.blockwise_loudness) + BOTH_LOUDSPEAKERS


def _mean_loudness(blocks: NDArray[np.float64]) -> float:
    """Averages loudness as power."""
    return float(10 * np.log10(np.mean(10 ** (blocks / 10))))


def dynamic_range_db(rms: Floats) -> float:
    """Returns the 95th less the 10th percentile of frame levels, in dB; `rms` of any shape."""
    quiet, loud = np.quantile(rms, (0.10, 0.95))
    return float(20 * np.log10(max(loud, SILENT_RMS) / max(quiet, SILENT_RMS)))


def is_silent(rms: Floats) -> bool:
    """Whether not even the loudest frame can be heard."""
    return bool(rms.max() < SILENT_RMS)
