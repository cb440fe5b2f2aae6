"""What makes music less safe: news of it does not wait until it has lasted.

This only decides *when* to ask anew; what is played then is for the rules of the mood service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vts.situations.samples import Value

PUBLIC = frozenset({"train", "bus", "airport"})
SLICK = frozenset({"rain", "snow", "storm", "fog"})
HIGH_SPEED_BAND = 4
DENSE_BAND, JAM_BAND = 2, 1
"""Faster than this nobody drives in such traffic: it is ahead."""

LONG_DRIVE_BAND, TOO_LONG_DRIVE_BAND = 1, 2

FIELDS: Mapping[str, tuple[str, ...]] = {
    "wheel": ("activity", "place", "speed_kmh"),
    "night": (),
    "speed": ("speed_kmh",),
    "dense": ("traffic", "speed_kmh"),
    "jam": ("traffic", "speed_kmh"),
    "slick": ("weather",),
    "child": ("child", "company"),
    "sleeper": ("sleeper",),
    "long": ("driving_minutes",),
    "too_long": ("driving_minutes",),
}
"""The values that each danger is told by."""

_GREATER: Mapping[str, str] = {"dense": "jam", "long": "too_long"}


def telling(found: Iterable[str]) -> list[str]:
    """The dangers in a fixed order, without those that a greater one says already."""
    known = set(found)
    return [name for name in FIELDS if name in known and _GREATER.get(name) not in known]


def dangers(levels: Mapping[str, Value | None], *, is_night: bool) -> frozenset[str]:
    """The dangers there are, by the levels of all values."""
    found = {
        "child": levels.get("child") is True or levels.get("company") == "children",
        "sleeper": levels.get("sleeper") is True,
    }
    if _drives(levels):
        traffic, band = levels.get("traffic"), float(levels.get("speed_kmh") or 0)
        driven = float(levels.get("driving_minutes") or 0)
        found |= {
            "wheel": True,
            "night": is_night,
            "speed": band >= HIGH_SPEED_BAND,
            "dense": traffic in ("dense", "jammed") and band <= DENSE_BAND,
            "jam": traffic == "jammed" and band <= JAM_BAND,
            "slick": levels.get("weather") in SLICK,
            "long": driven >= LONG_DRIVE_BAND,
            "too_long": driven >= TOO_LONG_DRIVE_BAND,
        }
    return frozenset(name for name, holds in found.items() if holds)


def _drives(levels: Mapping[str, Value | None]) -> bool:
    """Whether somebody drives: by activity, place, or the speed of a car."""
    if levels.get("activity") == "driving" or levels.get("place") == "motorway":
        return True
    band = levels.get("speed_kmh")
    if levels.get("place") in PUBLIC or band is None:
        return False
    return float(band) >= (1 if levels.get("place") == "car" else 2)
