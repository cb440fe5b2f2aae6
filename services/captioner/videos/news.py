"""News: what the process that decodes tells of a video, checked before it is believed.

That process may have been taken over by the file it read; nothing it says goes on unchecked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

from servicekit.sandbox import Crashed
from services.captioner.domain import Curve, Pixels, Progress
from services.captioner.isolation import checked
from services.captioner.videos.limits import MAX_CURVE_VALUES, MAX_PICTURES


@dataclass(frozen=True, slots=True)
class Opened:
    """How long the video is, in seconds, and whether it has a sound track."""

    seconds: float
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Shot:
    """A scene: from when to when, one to three pictures, which of them is clearest; its means."""

    start: float
    end: float
    times: tuple[float, ...]
    pictures: tuple[Pixels, ...]
    clearest: int
    motion: float
    brightness: float


@dataclass(frozen=True, slots=True)
class Ended:
    """What is known once everything was read; seconds and curves."""

    described_seconds: float
    truncated: bool
    black_seconds: float
    motion: Curve
    brightness: Curve


News: TypeAlias = Opened | Progress | Shot | Ended


def told(header: dict[str, Any], arrays: Sequence[NDArray[Any]]) -> News:
    """Turns what was told into news.

    Raises:
        Crashed: It is not what `reading` says.
    """
    try:
        match header["news"]:
            case "opened":
                return Opened(_seconds(header["seconds"]), bool(header["has_sound"]))
            case "progress":
                return Progress(_share(header["fraction"]), _seconds(header["seconds"]))
            case "shot":
                return _shot(header, arrays)
            case "ended":
                return _ended(header, arrays)
            case _:
                raise ValueError("no such news")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Crashed("told news that are none") from error


def _shot(header: dict[str, Any], arrays: Sequence[NDArray[Any]]) -> Shot:
    times = tuple(_seconds(time) for time in header["times"])
    clearest = header["clearest"]
    if type(clearest) is not int or not 0 <= clearest < len(times):
        raise ValueError("none of the pictures is the clearest")
    if not 1 <= len(times) == len(arrays) <= MAX_PICTURES:
        raise ValueError("pictures and times do not match")
    return Shot(
        start=_seconds(header["start"]),
        end=_seconds(header["end"]),
        times=times,
        pictures=tuple(checked(array) for array in arrays),
        clearest=clearest,
        motion=_share(header["motion"]),
        brightness=_share(header["brightness"]),
    )


def _ended(header: dict[str, Any], arrays: Sequence[NDArray[Any]]) -> Ended:
    motion, brightness = (_curve(array, _seconds(header["step"])) for array in arrays)
    return Ended(
        described_seconds=_seconds(header["described"]),
        truncated=bool(header["truncated"]),
        black_seconds=_seconds(header["black"]),
        motion=motion,
        brightness=brightness,
    )


def _curve(array: NDArray[Any], step_seconds: float) -> Curve:
    if array.ndim != 1 or len(array) > MAX_CURVE_VALUES:
        raise ValueError("no curve")
    return Curve(tuple(_share(value) for value in array.tolist()), step_seconds)


def _seconds(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise ValueError("no time")
    return float(value)


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("no share")
    return float(value)
