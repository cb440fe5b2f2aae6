"""Reads a situation by rules: each has a condition, a phrase, a reason, and what it does.

The rules are data (`data/situations.json`), so that anybody can read why the music changed. A
rule speaks if all of its conditions hold; a condition that is null holds if the value is unknown.
Ranges of hours and months may wrap around; hours and speeds exclude their end.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from services.mood.domain import Bilingual, FieldError, MissingError
from vts.moods import MOOD_DIMENSIONS, MOODS

VERSION = "1"
CERTAINTY = 0.4
"""How sure one rule of full weight makes us."""
SPEED_LIMIT_KMH = 400.0
TEMPERATURE_RANGE_CELSIUS = (-60.0, 60.0)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is going on around the listener; None where it is not known.

    `local_time` is `HH:MM`, `weekday` 1 (Monday) to 7, `month` 1 to 12.
    """

    local_time: str | None = None
    weekday: int | None = None
    month: int | None = None
    weather: str | None = None
    temperature_celsius: float | None = None
    activity: str | None = None
    speed_kmh: float | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do, say and think in a situation; `limits` caps moods, for safety."""

    name: str
    when: Mapping[str, Sequence[object] | None]
    text: Bilingual
    reason: Bilingual
    moods: Mapping[str, float]
    valence: float
    arousal: float
    weight: float
    limits: Mapping[str, float] = field(default_factory=dict)
    least_arousal: float = -1.0
    most_arousal: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class SituationSense:
    """What a situation calls for: 13 scores, a place on the plane, and the rules that spoke."""

    moods: npt.NDArray[np.float64]
    valence: float
    arousal: float
    confidence: float
    rules: tuple[Rule, ...]


def sense(situation: Situation) -> SituationSense:
    """Applies every rule that holds; raises `FieldError` for a value that is not allowed."""
    values = checked(situation)
    spoken = [rule for rule in rules() if _holds(rule, values)]
    misses, affect, weights = np.ones(MOOD_DIMENSIONS), np.zeros(2), 0.0
    doubt = 1.0
    for rule in spoken:
        for mood, score in rule.moods.items():
            misses[MOODS.index(mood)] *= 1.0 - min(1.0, rule.weight * score)
        affect += rule.weight * np.array([rule.valence, rule.arousal])
        weights += rule.weight
        doubt *= 1.0 - CERTAINTY * min(1.0, rule.weight)
    moods = _limited(1.0 - misses, spoken)
    valence, arousal = affect / weights if weights else affect
    least = max((rule.least_arousal for rule in spoken), default=-1.0)
    most = min((rule.most_arousal for rule in spoken), default=1.0)
    return SituationSense(
        moods=moods,
        valence=float(valence),
        arousal=float(min(max(arousal, least), most)),
        confidence=1.0 - doubt,
        rules=_strongest_first(spoken),
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    return tuple(
        Rule(**{**raw, "text": Bilingual(**raw["text"]), "reason": Bilingual(**raw["reason"])})
        for raw in _data()["rules"]
    )


def allowed(name: str) -> list[str]:
    """The values of `weather`, `activity` or `place`."""
    return list(_data()["allowed"][name])


def checked(situation: Situation) -> Mapping[str, object]:
    """The known values by the names that rules use; raises `FieldError` naming the field."""
    values: dict[str, object] = {}
    if situation.local_time is not None:
        values["hour"] = _hour(situation.local_time)
    for name, number, top in (("weekday", situation.weekday, 7), ("month", situation.month, 12)):
        if number is not None:
            values[name] = _within(name, number, 1, top)
    for name in ("weather", "activity", "place"):
        word = getattr(situation, name)
        if word is not None:
            values[name] = _known(name, word)
    if situation.temperature_celsius is not None:
        limits = TEMPERATURE_RANGE_CELSIUS
        values["temperature"] = _within(
            "temperature_celsius", situation.temperature_celsius, *limits
        )
    if situation.speed_kmh is not None:
        values["speed"] = _within("speed_kmh", situation.speed_kmh, 0.0, SPEED_LIMIT_KMH)
    if not values:
        raise MissingError("situation", "must have at least one field set")
    return values


def _hour(text: str) -> float:
    hours, _, minutes = text.partition(":")
    digits = hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit()
    if not digits or len(minutes) != 2 or len(hours) > 2 or int(hours) > 23 or int(minutes) > 59:
        raise FieldError("situation.local_time", "must be a 24-hour time such as 07:30")
    return int(hours) + int(minutes) / 60


def _within(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:  # also refuses what is not a number
        raise FieldError(f"situation.{name}", f"must be from {low:g} to {high:g}")
    return value


def _known(name: str, word: str) -> str:
    if word not in allowed(name):
        raise FieldError(f"situation.{name}", f"must be one of: {', '.join(allowed(name))}")
    return word


def _holds(rule: Rule, values: Mapping[str, object]) -> bool:
    return all(_matches(name, wanted, values.get(name)) for name, wanted in rule.when.items())


def _matches(name: str, wanted: Sequence[object] | None, value: object) -> bool:
    if wanted is None or value is None:
        return wanted is value
    if isinstance(value, str):
        return value in wanted
    low, high = (float(str(edge)) for edge in wanted)
    number = float(str(value))
    below = number < high if name in {"hour", "speed"} else number <= high
    if low <= high:
        return low <= number and below
    return low <= number or below


def _limited(moods: npt.NDArray[np.float64], spoken: Sequence[Rule]) -> npt.NDArray[np.float64]:
    for rule in spoken:
        for mood, limit in rule.limits.items():
            index = MOODS.index(mood)
            moods[index] = min(moods[index], limit)
    return moods


def _strongest_first(spoken: Sequence[Rule]) -> tuple[Rule, ...]:
    """By weight, each phrase once."""
    ordered = sorted(spoken, key=lambda rule: -rule.weight)
    return tuple({rule.text: rule for rule in reversed(ordered)}.values())[::-1]


@cache
def _data() -> dict[str, Any]:
    path = resources.files(__package__).joinpath("data", "situations.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))
