"""Curves: how much a video changes and how light it is, evenly spaced over its length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.captioner.videos.limits import MAX_CURVE_VALUES
from services.captioner.videos.packets import Packets
from services.captioner.videos.samples import Sample

LEAST_STEP_SECONDS = 0.5
"""The finest step from one value to the next."""

_EVERYTHING = 0.25
_INTER_OF_KEY = 0.6
_LEAST_INTER_SHARE = 0.5
_LEAST_KEY_SHARE = 0.5
_BLACK = 0.5

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What curves need of a sample: when, how light, whether black, how much changed a second."""

    at: float
    brightness: float
    black: bool
    change: float


def reading(sample: Sample, before: Sample | None) -> Reading:
    """Measures a sample against the one before it."""
    changed = 0.0
    if before is not None and before.grey.shape == sample.grey.shape:
        changed = float(np.abs(sample.grey - before.grey).mean())
    return Reading(sample.at, sample.brightness, sample.black, changed)


@dataclass(frozen=True, slots=True)
class Curves:
    """Motion and brightness, 0 to 1, `step_seconds` apart; and how long the video is black."""

    step_seconds: float
    motion: Floats
    brightness: Floats
    black_seconds: float

    def means(self, start: float, end: float) -> tuple[float, float]:
        """Mean motion and brightness between two times in seconds."""
        first = min(int(start / self.step_seconds), len(self.motion) - 1)
        last = max(first + 1, round(end / self.step_seconds))
        return float(self.motion[first:last].mean()), float(self.brightness[first:last].mean())


def drawn(readings: Sequence[Reading], packets: Packets, *, dense: bool) -> Curves:
    """Draws the curves; between distant samples motion is told from the sizes of packets.

    Args:
        readings: At least one, in order of time.
        packets: Of the whole video.
        dense: Whether the samples are so near each other that what changed between them is motion.
    """
    step = max(LEAST_STEP_SECONDS, packets.seconds / MAX_CURVE_VALUES)
    count = min(MAX_CURVE_VALUES, max(1, round(packets.seconds / step)))
    middles = (np.arange(count) + 0.5) * step
    at = np.array([r.at for r in readings])
    black = np.interp(middles, at, [float(r.black) for r in readings])
    if not dense and _tells_motion(packets):
        motion = _from_sizes(packets, step, count)
    else:
        changes = np.array([r.change for r in readings]) / _EVERYTHING
        motion = np.interp(middles, at, changes)
    return Curves(
        step_seconds=step,
        motion=_bounded(motion),
        brightness=_bounded(np.interp(middles, at, [r.brightness for r in readings])),
        black_seconds=float(min(packets.seconds, (black > _BLACK).sum() * step)),
    )


def _tells_motion(packets: Packets) -> bool:
    """Whether most pictures are told from others; sizes of key pictures tell no motion."""
    return bool((~packets.keys).mean() >= _LEAST_INTER_SHARE)


def _from_sizes(packets: Packets, step: float, count: int) -> NDArray[np.float64]:
    """Bytes a picture needs beyond its predecessors, as a share of what a key picture needs.

    A predicted picture holds what could not be moved over from others; measured against the key
    picture before it, the detail of the scene and the quality of the encoding cancel out.
    """
    keys = packets.key_order()
    governing = keys[np.searchsorted(keys, np.arange(len(packets.sizes)), side="right") - 1]
    # A black or plain key picture takes next to nothing: it is no measure for what follows it.
    least = _LEAST_KEY_SHARE * float(np.median(packets.sizes[keys]))
    ratio = packets.sizes / np.maximum(packets.sizes[governing], max(least, 1.0))
    inter = ~packets.keys
    places = np.clip((packets.times[inter] / step).astype(np.intp), 0, count - 1)
    total = np.bincount(places, weights=ratio[inter], minlength=count)
    number = np.bincount(places, minlength=count)
    known = number > 0
    means = total[known] / number[known]
    found: NDArray[np.float64] = np.interp(np.arange(count), np.flatnonzero(known), means)
    return found / _INTER_OF_KEY


def _bounded(values: NDArray[np.float64]) -> Floats:
    return np.clip(np.nan_to_num(values), 0.0, 1.0).astype(np.float32)
