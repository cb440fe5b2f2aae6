"""The rules of situations, read from data so that anybody can see why the music changed.

`data/situations.json` holds the words that are allowed, the rules, and what does not go together.
Conditions are those of `conditions`; beside what callers tell there is `pace`, which is known while
somebody drives: see `driving`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from services.mood.conditions import Conditions, Value, problems
from services.mood.domain import Bilingual

VERSION = "2"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the music may go, in arousal and in moods, for safety."""

    least_arousal: float = -1.0
    most_arousal: float = 1.0
    most_moods: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether they limit anything."""
        return self != Limits()

    def __and__(self, other: "Limits") -> "Limits":
        """The limits that keep to both."""
        moods = dict(self.most_moods)
        for mood, most in other.most_moods.items():
            moods[mood] = min(most, moods.get(mood, 1.0))
        return Limits(
            max(self.least_arousal, other.least_arousal),
            min(self.most_arousal, other.most_arousal),
            moods,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do, say and think in a situation; its bounds hold whatever else is asked for."""

    name: str
    when: Conditions
    text: Bilingual
    reason: Bilingual
    moods: Mapping[str, float]
    valence: float
    arousal: float
    weight: float
    bounds: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values that do not go together: which are set aside, what is taken instead, and why."""

    name: str
    when: Conditions
    ignored: Sequence[str]
    text: Bilingual
    instead: Mapping[str, Value] = field(default_factory=dict)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    return tuple(_rule(raw) for raw in _data()["rules"])


@cache
def conflicts() -> tuple[Conflict, ...]:
    """What does not go together, in the order in which it is looked for."""
    return tuple(
        Conflict(**{**raw, "text": Bilingual(**raw["text"])}) for raw in _data()["conflicts"]
    )


def allowed(name: str) -> list[str]:
    """The words that a value such as `weather` may be."""
    return list(_data()["allowed"][name])


def _rule(raw: Mapping[str, Any]) -> Rule:
    told = {"text": Bilingual(**raw["text"]), "reason": Bilingual(**raw["reason"])}
    return Rule(**{**raw, **told, "bounds": Limits(**raw.get("bounds", {}))})


@cache
def _data() -> dict[str, Any]:
    path = resources.files(__package__).joinpath("data", "situations.json")
    data = dict(json.loads(path.read_text(encoding="utf-8")))
    if wrong := problems(data):
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return data
