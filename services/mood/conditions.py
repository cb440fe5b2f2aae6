"""Conditions of rules on what is known of a situation: whether they hold, and whether they can.

A condition is a list of words, `[true]` or `[false]`, or the two ends of a range; one that is null
holds if the value is unknown. Ranges of hours and months may wrap around. Hours, speeds and minutes
exclude their end; other ranges include it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vts.moods import MOODS

Value = str | bool | float
"""What is known of one thing: a word, yes or no, or a number."""

Conditions = Mapping[str, Sequence[Value] | None]

WORDS = ("weather", "activity", "place", "season", "company", "traffic", "pace")
FLAGS = ("child", "sleeper", "open")
RANGES: Mapping[str, tuple[float, float]] = {
    "hour": (0, 24),
    "weekday": (1, 7),
    "month": (1, 12),
    "temperature": (-60, 60),
    "speed": (0, 401),
    "people": (1, 100),
    "noise": (0, 130),
    "driving_minutes": (0, 1441),
}
WITHOUT_END = frozenset({"hour", "speed", "driving_minutes"})
CYCLIC = frozenset({"hour", "month"})


def hold(when: Conditions, values: Mapping[str, Value]) -> bool:
    """Whether all conditions hold for what is known."""
    return all(_matches(name, wanted, values.get(name)) for name, wanted in when.items())


def problems(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with a file of rules: names, values and moods that there are not."""
    return list(_problems(data))


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    known = {*WORDS, *FLAGS, *RANGES}
    entries = [*data["rules"], *data["conflicts"]]
    names = [entry["name"] for entry in entries]
    yield from (f"{name} is there twice" for name in set(names) if names.count(name) > 1)
    for entry in entries:
        name = entry["name"]
        for field, wanted in entry["when"].items():
            if field not in known:
                yield f"{name}: {field} is not known"
            elif wanted is not None and not _is_well_formed(field, wanted, data["allowed"]):
                yield f"{name}: {field} can't be {wanted!r}"
        for field in {*entry.get("ignored", ()), *entry.get("instead", {})} - known:
            yield f"{name}: {field} is not known"
        caps = entry.get("bounds", {}).get("most_moods", {})
        for mood in {*entry.get("moods", {}), *caps} - set(MOODS):
            yield f"{name}: {mood} is no mood"


def _is_well_formed(
    name: str, wanted: Sequence[Value], allowed: Mapping[str, Sequence[str]]
) -> bool:
    if name in WORDS:
        return bool(wanted) and all(value in allowed[name] for value in wanted)
    if name in FLAGS:
        return len(wanted) == 1 and isinstance(wanted[0], bool)
    if len(wanted) != 2 or any(isinstance(edge, str | bool) for edge in wanted):
        return False
    (low, high), (least, most) = map(float, wanted), RANGES[name]
    in_order = low <= high or name in CYCLIC
    return in_order and least <= low <= most and least <= high <= most


def _matches(name: str, wanted: Sequence[Value] | None, value: Value | None) -> bool:
    if wanted is None or value is None:
        return wanted is value
    if isinstance(value, str | bool):
        return value in wanted
    low, high = (float(edge) for edge in wanted)
    below = value < high if name in WITHOUT_END else value <= high
    if low <= high:
        return low <= value and below
    return low <= value or below
