"""Steadying: samples in, and a change whenever the situation has really become another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vts.evidence.v1.evidence_pb2 import Bilingual
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.inputs import cabin
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.situations.dangers import FIELDS, dangers, telling
from vts.situations.samples import CABIN, Sample, Value
from vts.situations.settling import Banded, Daytime, Lasting, Settler
from vts.situations.wheel import Wheel
from vts.situations.wording import BEGINNING, changed, danger, joined

SPEED_STEP_KMH = 5
"""Speeds are told in steps of this."""

PART_OF_DAY = "part_of_day"
_LASTING_SECONDS: Mapping[str, float] = {
    "weather": 300.0,
    "activity": 30.0,
    "place": 60.0,
    "season": 0.0,
    "company": 30.0,
    "traffic": 90.0,
    "people": 20.0,
    "child": 30.0,
    "sleeper": 30.0,
    "open": 20.0,
}


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How long things must last to count.

    `least_seconds` lie between changes, except those for safety. Speed is the median of
    `speed_window_seconds`; it counts as lower only after `stop_seconds` more, so that a red light
    is no jam. `lasting_seconds` are of words and flags, by name. What changes together is told
    together: a change waits for what is about to settle, `patience_seconds` at the most.
    """

    least_seconds: float = 240.0
    patience_seconds: float = 90.0
    speed_window_seconds: float = 60.0
    stop_seconds: float = 180.0
    lasting_seconds: Mapping[str, float] = field(default_factory=lambda: _LASTING_SECONDS)


@dataclass(frozen=True, slots=True)
class Change:
    """The situation from now on, and why it counts as another one.

    One that is `urgent` is for safety, and did not wait. `reasons` say what changed, each in both
    languages.
    """

    time: datetime
    situation: mood_pb.Situation
    reasons: Sequence[Bilingual]
    urgent: bool = False

    @property
    def why(self) -> Bilingual:
        """All reasons in a line."""
        return joined(self.reasons)

    def input(self, weight: float | None = None) -> pb.Input:
        """The situation as an input of a request."""
        return pb.Input(situation=self.situation, weight=weight)


class Steadier:
    """Hears samples in the order of time, and tells changes; bounded in memory."""

    def __init__(self, steadiness: Steadiness | None = None) -> None:
        self._steadiness = steadiness or Steadiness()
        self._fields = _settlers(self._steadiness)
        self._daytime = Daytime()
        self._wheel = Wheel()
        self._clock = 0.0
        self._last: datetime | None = None
        self._told: dict[str, Value | None] | None = None
        self._told_values: dict[str, Value | None] = {}
        self._told_dangers: frozenset[str] = frozenset()
        self._told_at = 0.0
        self._different_since: float | None = None

    def add(self, sample: Sample | Mapping[str, Any]) -> Change | None:
        """The change that a sample makes, if it does.

        Raises:
            SampleError: A mapping holds what can't be read; the sample counts as not heard.
        """
        heard = sample if isinstance(sample, Sample) else Sample.of(sample)
        self._hear(heard)
        if self._told is None:
            return self._tell(heard.time, [BEGINNING], urgent=False)
        new = self._dangers(coming=True) - self._told_dangers
        if new:
            for name in (name for each in sorted(new) for name in FIELDS[each]):
                self._fields[name].hurry()
            reasons = [danger(name) for name in telling(new)]
            return self._tell(heard.time, reasons, urgent=True)
        levels = self._levels()
        different = [name for name, level in levels.items() if level != self._told[name]]
        if not self._is_due(different):
            return None
        if "place" in different:  # who is at home now does not still drive at 35 km/h
            self._fields["speed_kmh"].hurry()
        values = self._values()
        reasons = [changed(name, self._told_values[name], values[name]) for name in different]
        return self._tell(heard.time, reasons, urgent=False)

    def _is_due(self, different: Sequence[str]) -> bool:
        """Whether it is time to tell what is different."""
        if not different:
            self._different_since = None
            return False
        if self._different_since is None:
            self._different_since = self._clock
        if self._clock - self._told_at < self._steadiness.least_seconds:
            return False
        waited = self._clock - self._different_since
        settling = any(settler.coming != settler.level for settler in self._fields.values())
        return not settling or waited >= self._steadiness.patience_seconds

    def _hear(self, sample: Sample) -> None:
        """Passes time on and values to their settlers; a clock that is set back stands still."""
        if self._last is not None:
            self._clock += max(0.0, _passed(self._last, sample.time))
        self._last = sample.time
        self._daytime.hear(sample.time)
        for name, settler in self._fields.items():
            if name in sample.values:
                settler.hear(sample.values[name], self._clock)
            else:
                settler.tick(self._clock)
        driven = self._wheel.minutes(sample, self._clock)
        if driven is not None:
            self._fields["driving_minutes"].hear(driven, self._clock)

    def _tell(self, time: datetime, reasons: Sequence[Bilingual], *, urgent: bool) -> Change:
        self._told, self._told_values = self._levels(), self._values()
        self._told_dangers = self._dangers(coming=False)
        self._told_at, self._different_since = self._clock, None
        return Change(time, _message(time, self._told_values), tuple(reasons), urgent)

    def _levels(self) -> dict[str, Value | None]:
        levels = {name: settler.level for name, settler in self._fields.items()}
        levels["driving_minutes"] = levels["driving_minutes"] or 0  # to begin to drive is no news
        return levels | {PART_OF_DAY: self._daytime.level}

    def _values(self) -> dict[str, Value | None]:
        values = {name: settler.value for name, settler in self._fields.items()}
        if (speed := values["speed_kmh"]) is not None:
            values["speed_kmh"] = float(speed) // SPEED_STEP_KMH * SPEED_STEP_KMH
        if (people := values["people"]) is not None:
            values["people"] = int(people)
        return values | {PART_OF_DAY: self._daytime.level}

    def _dangers(self, *, coming: bool) -> frozenset[str]:
        levels = {
            name: settler.coming if coming else settler.level
            for name, settler in self._fields.items()
        }
        return dangers(levels, is_night=self._daytime.is_night)


def steadied(
    samples: Iterable[Sample | Mapping[str, Any]], steadiness: Steadiness | None = None
) -> Iterator[Change]:
    """The changes that samples make, the first sample's among them; lazy.

    Args:
        samples: in the order of time, such as `{"time": "2026-07-03T23:10:00", "speed_kmh": 60}`.
        steadiness: how long things must last; what suits music where it is left out.

    Raises:
        SampleError: A mapping holds what can't be read.
    """
    steadier = Steadier(steadiness)
    for sample in samples:
        if change := steadier.add(sample):
            yield change


def _message(time: datetime, values: Mapping[str, Value | None]) -> mood_pb.Situation:
    """The situation as the services take it; the time of day tells the part of it."""
    told: dict[str, Any] = {name: value for name, value in values.items() if name != PART_OF_DAY}
    inside = {name: told.pop(name) for name in CABIN}
    return mood_pb.Situation(
        local_time=f"{time.hour:02}:{time.minute:02}",
        weekday=time.isoweekday(),
        month=time.month,
        cabin=cabin(**inside),
        **told,
    )


def _passed(before: datetime, now: datetime) -> float:
    """Seconds between two times; by the wall clock if but one tells its offset from UTC."""
    if (before.tzinfo is None) != (now.tzinfo is None):
        before, now = before.replace(tzinfo=None), now.replace(tzinfo=None)
    return (now - before).total_seconds()


def _settlers(steadiness: Steadiness) -> dict[str, Settler]:
    lasting = dict(_LASTING_SECONDS) | dict(steadiness.lasting_seconds)
    return {
        **{name: Lasting(seconds) for name, seconds in lasting.items()},
        "speed_kmh": Banded(
            (5.0, 30.0, 80.0, 110.0),
            4.0,
            window_seconds=steadiness.speed_window_seconds,
            quick_seconds=10.0,
            up_seconds=45.0,
            down_seconds=steadiness.stop_seconds,
        ),
        "temperature_celsius": Banded(
            (0.0, 30.0), 1.5, window_seconds=60.0, up_seconds=300.0, down_seconds=300.0
        ),
        "noise_db": Banded(
            (50.0, 70.0, 85.0), 3.0, window_seconds=20.0, up_seconds=30.0, down_seconds=60.0
        ),
        "driving_minutes": Banded((120.0, 240.0), 0.0),
    }
