"""How loud a sound is, how much that changes, and whether there is anything to hear."""

import warnings

import numpy as np
import pyloudnorm

from services.audio_features.domain import SAMPLE_RATE, SILENCE_LUFS, Floats

SILENT_RMS = 10 ** (-70 / 20)
"""A sound whose loudest frame stays below this (-70 dB of full scale) is silent."""


def integrated_loudness(samples: Floats) -> float:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-4), at least `SILENCE_LUFS`.

    The mono mix is measured as if it came from two loudspeakers, so that a stereo file whose
    sides agree keeps the value that it has elsewhere.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # empty gates: answered by the floor below
        meter = pyloudnorm.Meter(SAMPLE_RATE, block_size=0.4)
        loudness = float(meter.integrated_loudness(np.stack([samples, samples], axis=1)))
    return max(loudness, SILENCE_LUFS) if np.isfinite(loudness) else SILENCE_LUFS


def dynamic_range_db(rms: Floats) -> float:
    """Return the 95th less the 10th percentile of frame levels, in dB; `rms` of any shape."""
    quiet, loud = np.quantile(rms, (0.10, 0.95))
    return float(20 * np.log10(max(loud, SILENT_RMS) / max(quiet, SILENT_RMS)))


def is_silent(rms: Floats) -> bool:
    """Whether not even the loudest frame can be heard."""
    return bool(rms.max() < SILENT_RMS)
