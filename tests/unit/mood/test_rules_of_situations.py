"""The file of rules: every one can speak, and none can name what there is not."""

from copy import deepcopy
from dataclasses import fields
from typing import Any

import pytest

from services.mood.conditions import CYCLIC, FLAGS, RANGES, WORDS, Conditions, Value, problems
from services.mood.driving import with_driving
from services.mood.rules import _data, allowed, conflicts, rules
from services.mood.sensing import sense
from services.mood.situations import Cabin, Situation

PACES = {"slow": 14.0, "steady": 60.0, "fast": 95.0, "high": 130.0}
NAMES = {"temperature": "temperature_celsius", "speed": "speed_kmh", "noise": "noise_db"}
CABIN = {field.name for field in fields(Cabin)}


def fitting(when: Conditions) -> Situation:
    """A situation in which the conditions hold."""
    told: dict[str, Any] = {}
    for name, wanted in when.items():
        if wanted is None:
            continue
        value: Value = wanted[0] if name in (*WORDS, *FLAGS) else middle(name, wanted)
        if name == "hour":
            told["local_time"] = f"{int(float(value)):02}:30"
        elif name != "pace":
            told[NAMES.get(name, name)] = value
    if when.get("pace"):
        told = driving(told, [str(pace) for pace in when["pace"] or ()])
    cabin = {name: told.pop(name) for name in list(told) if name in CABIN}
    return Situation(**told, cabin=Cabin(**cabin) if cabin else None)


def driving(told: dict[str, Any], paces: list[str]) -> dict[str, Any]:
    """The same, told so that somebody drives at one of the paces."""
    if "activity" not in told:
        told = {"activity": "driving"} | told
    elif "cabin" not in told and "place" not in told:
        told["place"] = "car"
    return {"speed_kmh": PACES[paces[0]]} | told if told.get("traffic") != "jammed" else told


def middle(name: str, wanted: Any) -> Value:
    low, high = wanted
    if name in CYCLIC and low > high:
        return float(low)
    number = (low + high) / 2
    return number if name in ("temperature", "speed", "noise", "driving_minutes") else int(number)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_can_speak(rule: Any) -> None:
    assert rule.name in [spoken.name for spoken in sense(fitting(rule.when)).rules]


@pytest.mark.parametrize("conflict", conflicts(), ids=lambda conflict: conflict.name)
def test_every_conflict_can_arise(conflict: Any) -> None:
    found = sense(fitting(conflict.when))
    assert conflict.name in [each.name for each in found.conflicts]


@pytest.mark.parametrize("name", WORDS)
def test_every_allowed_word_is_spoken_of(name: str) -> None:
    told = {word for rule in rules() for word in rule.when.get(name) or ()}
    assert set(allowed(name)) <= told


@pytest.mark.parametrize("name", [*FLAGS, *RANGES])
def test_every_number_and_flag_is_spoken_of(name: str) -> None:
    conditions = [rule.when for rule in rules()] + [each.when for each in conflicts()]
    assert any(when.get(name) for when in conditions)


def test_every_rule_says_its_own_in_both_languages() -> None:
    for told in ("text", "reason"):
        for language in ("en", "ko"):
            said = [getattr(getattr(rule, told), language) for rule in rules()]
            assert len(set(said)) == len(said) or told == "reason", language
            assert all(said)
    for sentence in [*(r.text.ko for r in rules()), *(r.reason.ko for r in rules())]:
        assert any("가" <= letter <= "힣" for letter in sentence), sentence
    for conflict in conflicts():
        assert conflict.text.en.endswith(".")
        assert conflict.text.ko.endswith(".")


def test_no_two_bounds_leave_no_music() -> None:
    least = max(rule.bounds.least_arousal for rule in rules())
    most = min(rule.bounds.most_arousal for rule in rules())
    assert least + 0.2 <= most


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"when": {"wether": ["rain"]}}, "wether is not known"),
    ({"when": {"weather": ["meatballs"]}}, "weather can't be"),
    ({"when": {"weather": []}}, "weather can't be"),
    ({"when": {"hour": [5]}}, "hour can't be"),
    ({"when": {"hour": [5, 25]}}, "hour can't be"),
    ({"when": {"speed": [80, 40]}}, "speed can't be"),
    ({"when": {"child": ["yes"]}}, "child can't be"),
    ({"when": {"people": ["two", "three"]}}, "people can't be"),
    ({"moods": {"hungry": 0.5}}, "hungry is no mood"),
    ({"bounds": {"most_moods": {"hungry": 0.5}}}, "hungry is no mood"),
    ({"name": "midday"}, "midday is there twice"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN)
def test_a_broken_rule_is_named(change: dict[str, Any], said: str) -> None:
    data = deepcopy(_data())
    data["rules"][0] |= change
    assert any(said in problem for problem in problems(data))


def test_the_rules_have_no_problem() -> None:
    assert problems(_data()) == []


def test_what_is_known_already_is_not_derived() -> None:
    known = with_driving({"place": "motorway", "speed": 3.0, "traffic": "flowing"})
    assert known["traffic"] == "flowing"
