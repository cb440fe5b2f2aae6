"""What situations call for."""

from typing import Any

import pytest

from services.mood.domain import FieldError, MissingError
from services.mood.situations import Situation, allowed, rules, sense
from vts.moods import MOODS


def names(situation: Situation) -> list[str]:
    return [rule.name for rule in sense(situation).rules]


def only(name: str, value: str) -> Situation:
    known: dict[str, Any] = {name: value}
    return Situation(**known)


def top(situation: Situation) -> str:
    return MOODS[int(sense(situation).moods.argmax())]


@pytest.mark.parametrize(
    ("situation", "mood"),
    [
        (Situation(activity="workout"), "energizing"),
        (Situation(activity="running", speed_kmh=12), "energizing"),
        (Situation(activity="sleeping", local_time="23:40"), "calm"),
        (Situation(activity="party", weekday=6, local_time="22:00"), "energizing"),
        (Situation(activity="date", local_time="20:00"), "beautiful"),
        (Situation(place="library"), "calm"),
        (Situation(place="mountain", weather="clear", local_time="11:00"), "beautiful"),
        (Situation(weather="fog"), "dreamy"),
        (Situation(weather="snow", month=1), "beautiful"),
        (Situation(place="beach", month=7, temperature_celsius=31), "joyful"),
        (Situation(activity="studying", place="cafe"), "calm"),
        (Situation(weather="storm"), "tense"),
    ],
)
def test_a_situation_calls_for_a_mood(situation: Situation, mood: str) -> None:
    assert top(situation) == mood


@pytest.mark.parametrize(
    ("situation", "rule"),
    [
        (Situation(local_time="23:10"), "late_night"),
        (Situation(local_time="04:59"), "late_night"),
        (Situation(local_time="05:00"), "early_morning"),
        (Situation(local_time="7:00"), "morning"),
        (Situation(weekday=5, local_time="19:00"), "friday_evening"),
        (Situation(month=2), "winter"),
        (Situation(month=12), "winter"),
        (Situation(weather="clear", local_time="12:00"), "clear_day"),
        (Situation(weather="clear", local_time="22:00"), "clear_night"),
        (Situation(weather="clear"), "clear"),
        (Situation(activity="driving", speed_kmh=8), "traffic"),
        (Situation(temperature_celsius=-3), "freezing"),
    ],
)
def test_the_rule_that_fits_speaks(situation: Situation, rule: str) -> None:
    assert rule in names(situation)


def test_a_clear_day_is_not_a_clear_night() -> None:
    assert names(Situation(weather="clear", local_time="12:00")).count("clear_night") == 0


@pytest.mark.parametrize(
    "situation",
    [
        Situation(local_time="23:10", weather="rain", activity="driving", speed_kmh=60),
        Situation(local_time="02:00", activity="driving", speed_kmh=120, place="motorway"),
        Situation(local_time="02:00", activity="driving"),
        Situation(local_time="23:00", activity="relaxing", place="car", speed_kmh=80),
        Situation(local_time="05:59", weather="fog", activity="driving", speed_kmh=40),
    ],
)
def test_nothing_drowsy_at_the_wheel_at_night(situation: Situation) -> None:
    found = sense(situation)
    assert found.arousal >= 0.15
    for mood, most in {"calm": 0.35, "dreamy": 0.45, "sad": 0.45}.items():
        assert found.moods[MOODS.index(mood)] <= most
    assert found.moods[MOODS.index("energizing")] > found.moods[MOODS.index("calm")]
    assert any("drowsy" in rule.reason.en for rule in found.rules)


def test_a_phrase_is_said_once_and_the_strongest_first() -> None:
    found = sense(
        Situation(local_time="23:00", activity="driving", place="car", speed_kmh=80)
    ).rules
    assert len({rule.text for rule in found}) == len(found)
    weights = [rule.weight for rule in found]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("situation", "field", "said"),
    [
        (Situation(weather="raining"), "situation.weather", "drizzle"),
        (Situation(activity="flying"), "situation.activity", "meditation"),
        (Situation(place="moon"), "situation.place", "hospital"),
        (Situation(weather=""), "situation.weather", "rain"),
        (Situation(local_time="24:00"), "situation.local_time", "07:30"),
        (Situation(local_time="7:5"), "situation.local_time", "07:30"),
        (Situation(local_time="noon"), "situation.local_time", "07:30"),
        (Situation(local_time="²3:00"), "situation.local_time", "07:30"),
        (Situation(weekday=0), "situation.weekday", "1 to 7"),
        (Situation(month=13), "situation.month", "1 to 12"),
        (Situation(speed_kmh=401), "situation.speed_kmh", "0 to 400"),
        (Situation(speed_kmh=float("nan")), "situation.speed_kmh", "0 to 400"),
        (Situation(temperature_celsius=61), "situation.temperature_celsius", "-60 to 60"),
    ],
)
def test_a_rejection_names_the_field_and_what_is_allowed(
    situation: Situation, field: str, said: str
) -> None:
    with pytest.raises(FieldError, match=said) as caught:
        sense(situation)
    assert caught.value.field == field


def test_an_empty_situation_is_missing() -> None:
    with pytest.raises(MissingError):
        sense(Situation())


@pytest.mark.parametrize("name", ["weather", "activity", "place"])
def test_every_allowed_value_makes_a_rule_speak(name: str) -> None:
    for value in allowed(name):
        assert names(only(name, value)), value


def test_every_rule_gives_its_reason_in_both_languages() -> None:
    for rule in rules():
        assert rule.text.en, rule.name
        assert rule.reason.en, rule.name
        assert any("가" <= letter <= "힣" for letter in rule.text.ko), rule.name
        assert any("가" <= letter <= "힣" for letter in rule.reason.ko), rule.name
        assert set(rule.moods) | set(rule.limits) <= set(MOODS), rule.name


def test_a_situation_where_no_rule_speaks_is_flat() -> None:
    found = sense(Situation(temperature_celsius=18.0))
    assert found.rules == ()
    assert found.confidence == 0
    assert not found.moods.any()
