"""The two sequences by which sounds are compared in time, in step with each other."""

import numpy as np

from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.domain import Floats, Sequence

POOLED_FRAMES = 4
"""Frames averaged into one: a step of 93 ms."""

STEP_SECONDS = POOLED_FRAMES * FRAME_SECONDS

_READ_FRAMES = 4096 * POOLED_FRAMES


def mfcc_sequence(measurement: Measurement) -> Sequence:
    """MFCC of a whole sound, shape (n, 20)."""
    return Sequence(_pooled(measurement, "mfcc"), STEP_SECONDS)


def chroma_sequence(measurement: Measurement) -> Sequence:
    """Strength of the twelve pitch classes from C, shape (n, 12); each frame has length 1 (L2)."""
    chroma = _pooled(measurement, "chroma_cqt")
    lengths = np.linalg.norm(chroma, axis=1, keepdims=True)
    return Sequence(chroma / np.maximum(lengths, 1e-9), STEP_SECONDS)


def _pooled(measurement: Measurement, name: str) -> Floats:
    parts = [
        pooled(measurement.values(name, start, start + _READ_FRAMES))
        for start in range(0, measurement.frames, _READ_FRAMES)
    ]
    return np.concatenate(parts)


def pooled(values: Floats) -> Floats:
    """Means of every `POOLED_FRAMES` of (dimensions, frames), as (n, dimensions)."""
    starts = np.arange(0, values.shape[1], POOLED_FRAMES)
    sums = np.add.reduceat(values, starts, axis=1)
    counts = np.diff(np.append(starts, values.shape[1]))
    return np.ascontiguousarray((sums / counts).T, np.float32)
