"""Words for values and what became of them, in English and Korean."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from vts.evidence.v1.evidence_pb2 import Bilingual

_DATA: Mapping[str, Any] = json.loads(
    resources.files(__package__).joinpath("words.json").read_text(encoding="utf-8")
)
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = _DATA["words"]
"""The words that a value may be, with their names."""


def changed(name: str, before: object, after: object) -> Bilingual:
    """What became of a value: "weather: clear → rain"."""
    field = _DATA["fields"][name]
    (first, first_ko), (then, then_ko) = (_told(name, value) for value in (before, after))
    return Bilingual(en=f"{field[0]}: {first} → {then}", ko=f"{field[1]}: {first_ko} → {then_ko}")


def danger(name: str) -> Bilingual:
    """A danger: "somebody is asleep"."""
    english, korean = _DATA["dangers"][name]
    return Bilingual(en=english, ko=korean)


def joined(reasons: Iterable[Bilingual]) -> Bilingual:
    """All reasons in a line."""
    told = list(reasons)
    return Bilingual(en="; ".join(r.en for r in told), ko="; ".join(r.ko for r in told))


BEGINNING = Bilingual(en="the beginning", ko="처음")


def _told(name: str, value: object) -> tuple[str, str]:
    if value is None:
        return ("unknown", "모름")
    if isinstance(value, bool):
        return ("yes", "예") if value else ("no", "아니요")
    if name == "part_of_day" and isinstance(value, int):
        english, korean = _DATA["parts_of_day"][value]
        return english, korean
    if isinstance(value, int | float):
        unit, korean_unit = _DATA["units"].get(name, ("", ""))
        return (f"{value:.0f}{unit}", f"{value:.0f}{korean_unit}")
    english, korean = WORDS[name][str(value)]
    return english, korean
