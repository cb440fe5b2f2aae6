"""A situation: what is going on around the listener, checked and put in the terms of the rules."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from services.mood.conditions import WORDS, Value
from services.mood.domain import FieldError, MissingError
from services.mood.rules import allowed

WEEKDAYS = (1, 7)
MONTHS = (1, 12)
SPEED_RANGE_KMH = (0.0, 400.0)
TEMPERATURE_RANGE_CELSIUS = (-60.0, 60.0)
PEOPLE = (1, 100)
NOISE_RANGE_DB = (0.0, 130.0)
DRIVING_RANGE_MINUTES = (0.0, 1440.0)


@dataclass(frozen=True, slots=True)
class Cabin:
    """What is known of the inside of a car; None where it is not."""

    people: int | None = None
    child: bool | None = None
    sleeper: bool | None = None
    noise_db: float | None = None
    open: bool | None = None
    driving_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is going on around the listener; None where it is not known.

    `local_time` is `HH:MM`, `weekday` 1 (Monday) to 7, `month` 1 to 12. The season outweighs the
    month, whose seasons are those of the north.
    """

    local_time: str | None = None
    weekday: int | None = None
    month: int | None = None
    weather: str | None = None
    temperature_celsius: float | None = None
    activity: str | None = None
    speed_kmh: float | None = None
    place: str | None = None
    season: str | None = None
    company: str | None = None
    traffic: str | None = None
    cabin: Cabin | None = None


def checked(situation: Situation) -> dict[str, Value]:
    """The known values by the names that rules use; raises `FieldError` naming the field."""
    values: dict[str, Value] = {}
    if situation.local_time is not None:
        values["hour"] = _hour(situation.local_time)
    for name in WORDS:
        word = getattr(situation, name, None)
        if word is not None:
            values[name] = _known(name, word)
    numbers: Sequence[tuple[str, str, float | None, tuple[float, float]]] = (
        ("weekday", "weekday", situation.weekday, WEEKDAYS),
        ("month", "month", situation.month, MONTHS),
        (
            "temperature",
            "temperature_celsius",
            situation.temperature_celsius,
            TEMPERATURE_RANGE_CELSIUS,
        ),
        ("speed", "speed_kmh", situation.speed_kmh, SPEED_RANGE_KMH),
    )
    for rule_name, field, number, limits in numbers:
        if number is not None:
            values[rule_name] = _within(field, number, *limits)
    if situation.cabin:
        values |= _checked_cabin(situation.cabin)
    if not values:
        raise MissingError("situation", "must have at least one field set")
    return values


def _checked_cabin(cabin: Cabin) -> Mapping[str, Value]:
    limits = {
        "people": PEOPLE,
        "noise_db": NOISE_RANGE_DB,
        "driving_minutes": DRIVING_RANGE_MINUTES,
    }
    values: dict[str, Value] = {}
    for field in fields(cabin):
        value = getattr(cabin, field.name)
        if field.name in limits and value is not None:
            value = _within(f"cabin.{field.name}", value, *limits[field.name])
        if value is not None:
            values["noise" if field.name == "noise_db" else field.name] = value
    return values


def _hour(text: str) -> float:
    hours, _, minutes = text.partition(":")
    digits = hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit()
    if not digits or len(minutes) != 2 or len(hours) > 2 or int(hours) > 23 or int(minutes) > 59:
        raise FieldError("situation.local_time", "must be a 24-hour time such as 07:30")
    return int(hours) + int(minutes) / 60


def _within(name: str, value: float, low: float, high: float) -> float:
    if not (math.isfinite(value) and low <= value <= high):
        raise FieldError(f"situation.{name}", f"must be from {low:g} to {high:,g}")
    return value


def _known(name: str, word: str) -> str:
    if word not in allowed(name):
        raise FieldError(f"situation.{name}", f"must be one of: {', '.join(allowed(name))}")
    return word
