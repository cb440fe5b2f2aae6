"""From feature values over time to six statistics of each, and to one vector for the models."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.tonality import key_fits
from services.audio_features.domain import Floats, Summary

FLAT = 1e-7
"""A dimension whose deviation is smaller than this share of its size does not vary."""

QUANTILES = (0.1, 0.5, 0.9)

UNREAD = frozenset({"tonnetz", "harmonic_energy", "percussive_energy"})
"""Features that no model reads: what they tell is told by others, or depends on the volume."""

LEVELS = (0, 3, 4, 5)
"""Rows of `Summary.statistics` that say how high values are, rather than how they vary."""


def summarize(values: Floats, unit: str) -> Summary:
    """Summarises values of shape (dimensions, frames); all results are finite."""
    mean = values.mean(axis=1, dtype=np.float64)
    centred = values - mean[:, np.newaxis]
    squares = centred * centred
    deviation = np.sqrt(squares.mean(axis=1))
    skewness = _skewness((squares * centred).mean(axis=1), mean, deviation)
    rows = (mean, deviation, skewness, *_quantiles(values))
    return Summary(unit, *(row.astype(np.float32) for row in rows))


def _quantiles(values: Floats) -> list[NDArray[np.float64]]:
    """The quantiles 10, 50 and 90 %, interpolated as numpy's, each of shape (dimensions,)."""
    ordered = np.sort(values, axis=1)
    last, found = values.shape[1] - 1, []
    for share in QUANTILES:
        below = int(share * last)
        low, high = (ordered[:, min(at, last)].astype(np.float64) for at in (below, below + 1))
        found.append(low + (high - low) * (share * last - below))
    return found


def _skewness(
    cubes: NDArray[np.float64], mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fisher's skewness (biased, as scipy.stats.skew) from mean cubes; 0 where nothing varies."""
    varies = deviation > FLAT * np.maximum(np.abs(mean), 1e-30)
    return np.where(varies, cubes / np.where(varies, deviation, 1.0) ** 3, 0.0)


def model_vector(features: Mapping[str, Summary]) -> Floats:
    """Lays what the models read end to end: table, statistic, dimension; shape (numbers,)."""
    return np.concatenate([table.ravel() for table in model_tables(features).values()])


def model_tables(features: Mapping[str, Summary]) -> dict[str, Floats]:
    """The statistics that the models read: tables of shape (statistics, dimensions).

    They do not depend on volume: levels in decibels are taken relative to the mean of the mel
    spectrogram, and RMS relative to its own mean. Nor do they depend on the key: pitch classes
    are sorted by strength, and the mode is told apart from the tonic.
    """
    tables = {
        name: np.stack(summary.statistics())
        for name, summary in features.items()
        if name not in UNREAD
    }
    level = float(features["mel"].mean.mean())
    tables["mel"][LEVELS, :] -= level
    tables["mfcc"][LEVELS, 0] -= level * np.sqrt(len(features["mel"].mean))
    tables["rms"][[0, 1, 3, 4, 5]] /= max(float(features["rms"].mean[0]), 1e-9)
    tables["mode"] = _mode(features["chroma_cqt"].mean)
    for name in ("chroma_stft", "chroma_cqt"):
        tables[name] = np.sort(tables[name], axis=1)
    return {name: table.astype(np.float32) for name, table in tables.items()}


def _mode(pitch_classes: Floats) -> Floats:
    """How far the best major key leads the best minor one, and how well the best two keys fit."""
    fits = key_fits(pitch_classes.astype(np.float64))
    second, first = np.sort(fits)[-2:]
    return np.array([[fits[:12].max() - fits[12:].max(), first, second]], np.float32)
