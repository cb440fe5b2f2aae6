"""Samples: what sensors and apps tell of a situation at one time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vts.situations.wording import WORDS

Value = str | bool | float
"""A word, yes or no, or a number."""

FLAGS = ("child", "sleeper", "open")
RANGES: Mapping[str, tuple[float, float]] = {
    "speed_kmh": (0, 400),
    "temperature_celsius": (-60, 60),
    "people": (1, 100),
    "noise_db": (0, 130),
    "driving_minutes": (0, 1440),
}
"""Numbers and their limits, as in `vts.mood.v1.Situation`."""

CABIN = frozenset({"people", "child", "sleeper", "noise_db", "open", "driving_minutes"})
LONGEST_LINE = 10_000
YEARS = (1900, 2999)


class SampleError(ValueError):
    """A sample that can't be read; the text names the field."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known at a time; a value that is left out stays as it was, None is unknown now.

    The wall clock of `time` is that of the listener, whatever its offset from UTC is.
    """

    time: datetime
    values: Mapping[str, Value | None] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Sample:
        """A sample out of a mapping such as `{"time": "2026-07-03T23:10:00", "speed_kmh": 60}`.

        `time` is ISO 8601 or seconds since 1970; left out, it is now. The other names are those of
        `vts.mood.v1.Situation` and of its cabin, which may stand by themselves or in `cabin`.

        Raises:
            SampleError: A name or a value is not known, or out of its range.
        """
        values = dict(told)
        time = _time(values.pop("time", None))
        cabin: object = values.pop("cabin", None) or {}
        if not isinstance(cabin, dict) or not cabin.keys() <= CABIN:
            raise SampleError(f"cabin: may hold {', '.join(sorted(CABIN))}")
        return cls(time, {name: _checked(name, value) for name, value in (values | cabin).items()})

    @classmethod
    def of_line(cls, line: str) -> Sample:
        """A sample out of a line of JSON; raises `SampleError`."""
        if len(line) > LONGEST_LINE:
            raise SampleError(f"the line is longer than {LONGEST_LINE:,} characters")
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            raise SampleError("the line is no JSON") from None
        if not isinstance(told, dict):
            raise SampleError("the line is no JSON object")
        return cls.of(told)


def _time(told: object) -> datetime:
    if told is None:
        return datetime.now().astimezone()
    try:
        if isinstance(told, str):
            return _in_range(datetime.fromisoformat(told))
        if isinstance(told, int | float) and not isinstance(told, bool):
            return _in_range(datetime.fromtimestamp(told).astimezone())
    except (ValueError, OverflowError, OSError):
        pass
    raise SampleError("time: must be ISO 8601, such as 2026-07-03T23:10:00, or seconds since 1970")


def _in_range(time: datetime) -> datetime:
    """The time; raises `ValueError` if hours could not be added to it or taken from it."""
    if not YEARS[0] <= time.year <= YEARS[1]:
        raise ValueError(f"no year from {YEARS[0]} to {YEARS[1]}")
    return time


def _checked(name: str, value: object) -> Value | None:
    if name in WORDS:
        known = WORDS[name]
        if value is None or (isinstance(value, str) and value in known):
            return value
        raise SampleError(f"{name}: must be one of {', '.join(known)}")
    if name in FLAGS:
        if value is None or isinstance(value, bool):
            return value
        raise SampleError(f"{name}: must be true or false")
    if name in RANGES:
        return _number(name, value)
    known_names = ", ".join(["time", *WORDS, *FLAGS, *RANGES])
    raise SampleError(f"{str(name)[:64]}: is not known; known are {known_names}")


def _number(name: str, value: object) -> float | None:
    low, high = RANGES[name]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SampleError(f"{name}: must be from {low:g} to {high:,g}")
    if name == "people" and value != int(value):
        raise SampleError(f"{name}: must be a whole number")
    return float(value)
