"""Whether somebody drives, and how fast: what the rules of safety at the wheel go by.

Activity, place, cabin and speed each imply it; where it is open, safety decides. Passengers count
too, for the driver hears what they hear; those of trains, buses and planes do not.
"""

from collections.abc import Mapping

from services.mood.conditions import Value

PUBLIC = frozenset({"train", "bus", "airport"})
BUILDINGS = frozenset(
    {
        "home",
        "office",
        "cafe",
        "restaurant",
        "gym",
        "school",
        "library",
        "church",
        "club",
        "shop",
        "hospital",
    }
)
"""Where nobody drives, whatever was told of a car before."""

ROADS = frozenset({None, "car", "motorway", "city", "street", "countryside"})
AT_THE_WHEEL = frozenset({None, "driving", "commuting", "traveling"})
ON_FOOT = frozenset({None, "commuting", "traveling", "walking", "workout", "cooking", "cleaning"})
"""What nobody does at the speed of a car: whoever is told to do so sits in one."""

LEFT_BEHIND = ("people", "open", "driving_minutes")
"""What was told of a car and says nothing of who has gone into a building."""

IN_A_CABIN = ("people", "child", "sleeper", "noise", "open", "driving_minutes")
PARKED_KMH = 5.0
RIDING_KMH = 25.0
"""From this speed on nobody walks; runners are given more."""

RUNNING_KMH = 45.0
"""Faster than the fastest runner."""

PACES = ((30.0, "slow"), (80.0, "steady"), (110.0, "fast"))
JAMMED_KMH = 30.0
"""On a motorway below this one stands in a jam."""

STANDING_KMH = 3.0
DENSE_KMH = 15.0
"""Elsewhere traffic is dense below this; who stands may stand at a light, which says nothing."""


def with_driving(given: Mapping[str, Value]) -> dict[str, Value]:
    """What is known, with what follows: `season`, `pace`, and `traffic` where it was not told.

    In a building what was told of the car outside is left out.

    `pace` is `slow` (below 30 km/h), `steady`, `fast` (from 80) or `high` (from 110).
    """
    known = dict(given)
    if "season" not in known and "month" in known:
        known["season"] = _season(known["month"])
    if not _drives(given):
        left = LEFT_BEHIND if given.get("place") in BUILDINGS else ()
        return {name: value for name, value in known.items() if name not in left}
    known["pace"] = _pace(given)
    speed = _number(given, "speed")
    if "traffic" not in given and speed is not None:
        if given.get("place") == "motorway" and speed < JAMMED_KMH:
            known["traffic"] = "jammed"
        elif STANDING_KMH <= speed < DENSE_KMH:
            known["traffic"] = "dense"
    return known


def _drives(given: Mapping[str, Value]) -> bool:
    activity, place = given.get("activity"), given.get("place")
    speed = _number(given, "speed")
    if activity == "driving":
        return True
    if place in PUBLIC | BUILDINGS:
        return False
    if place == "motorway" or _number(given, "driving_minutes"):
        return True
    if place == "car" or any(name in given for name in IN_A_CABIN):
        return speed is None or speed >= PARKED_KMH or "traffic" in given
    if "traffic" in given and place in ROADS and activity in AT_THE_WHEEL:
        return True
    if speed is None:
        return False
    on_foot = activity in ON_FOOT and speed >= RIDING_KMH
    return on_foot or (activity == "running" and speed >= RUNNING_KMH)


def _pace(given: Mapping[str, Value]) -> str:
    speed = _number(given, "speed")
    if speed is None:
        if given.get("traffic") in ("jammed", "dense"):
            return "slow"
        return "fast" if given.get("place") == "motorway" else "steady"
    return next((pace for top, pace in PACES if speed < top), "high")


def _season(month: Value) -> str:
    return ("winter", "spring", "summer", "autumn")[int(month) % 12 // 3]


def _number(given: Mapping[str, Value], name: str) -> float | None:
    value = given.get(name)
    return None if value is None else float(value)
