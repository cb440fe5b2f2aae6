"""The statistics of `statistics.summarize` for many windows at once, of what models read."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.spectra import UNITS
from services.audio_features.backends.statistics import FLAT, QUANTILES, UNREAD
from services.audio_features.domain import Floats, Summary

_READ = tuple(name for name in UNITS if name not in UNREAD)
_AT_ONCE = 16  # windows; bounds the memory that a long sound takes


def window_summaries(
    measurement: Measurement, starts: Sequence[int], length: int
) -> Iterator[Mapping[str, Summary]]:
    """Statistics of what models read over each window of `length` frames, in their order."""
    for block in range(0, len(starts), _AT_ONCE):
        yield from _block(measurement, starts[block : block + _AT_ONCE], length)


def _block(
    measurement: Measurement, starts: Sequence[int], length: int
) -> Iterator[Mapping[str, Summary]]:
    first, last = starts[0], starts[-1] + length
    frames = {name: measurement.values(name, first, last) for name in _READ}
    sizes = [len(values) for values in frames.values()]
    whole = np.concatenate(list(frames.values()))
    cut = np.stack([whole[:, start - first : start - first + length] for start in starts])
    rows = np.split(statistics(cut), np.cumsum(sizes)[:-1], axis=2)
    tables = dict(zip(_READ, rows, strict=True))
    for window in range(len(starts)):
        yield {name: Summary(UNITS[name], *table[:, window]) for name, table in tables.items()}


def statistics(values: Floats) -> Floats:
    """Six statistics of values (windows, dimensions, frames): shape (6, windows, dimensions)."""
    mean = values.mean(axis=-1, dtype=np.float64)
    apart = values - mean[..., np.newaxis].astype(np.float32)
    deviation = np.sqrt(np.einsum("wdf,wdf->wd", apart, apart) / values.shape[-1])
    ranked = np.sort(values, axis=-1)
    quantiles = [_quantile(ranked, share) for share in QUANTILES]
    return np.stack([mean, deviation, _skewness(apart, mean, deviation), *quantiles]).astype(
        np.float32
    )


def _skewness(apart: Floats, mean: Floats, deviation: Floats) -> Floats:
    varies = deviation > FLAT * np.maximum(np.abs(mean), 1e-30)
    scaled = apart / np.where(varies, deviation, 1.0).astype(np.float32)[..., np.newaxis]
    cubes = np.einsum("wdf,wdf,wdf->wd", scaled, scaled, scaled) / scaled.shape[-1]
    return np.where(varies, cubes, 0.0)


def _quantile(ranked: Floats, share: float) -> Floats:
    """As np.quantile: between the two neighbours of the rank, in proportion."""
    place = share * (ranked.shape[-1] - 1)
    low = int(place)
    high = min(low + 1, ranked.shape[-1] - 1)
    part = np.float32(place - low)
    return np.asarray(ranked[..., low] + part * (ranked[..., high] - ranked[..., low]))
