"""Situations that cannot be quite so: answered with what is plausible, less surely, with a note."""

import pytest

from services.mood.sensing import sense
from services.mood.situations import Cabin, Situation

TABLE: list[tuple[Situation, str, set[str], set[str]]] = [
    # what was told; what clashed; rules that speak; rules that do not
    (
        Situation(weather="snow", temperature_celsius=35),
        "snow_in_the_warmth",
        {"very_hot"},
        {"snow"},
    ),
    (
        Situation(weather="snow", temperature_celsius=35, season="summer"),
        "snow_in_the_warmth",
        {"very_hot", "summer"},
        {"snow"},
    ),
    (
        Situation(weather="snow", temperature_celsius=15, month=1),
        "snow_on_a_winter_day",
        {"snow", "winter"},
        {"very_hot"},
    ),
    (
        Situation(month=1, temperature_celsius=33),
        "winter_in_the_heat",
        {"very_hot"},
        {"winter"},
    ),
    (
        Situation(season="summer", temperature_celsius=-10),
        "summer_in_the_frost",
        {"freezing"},
        {"summer"},
    ),
    (Situation(weather="rain", temperature_celsius=-30), "rain_in_deep_frost", {"freezing"}, set()),
    (
        Situation(activity="walking", speed_kmh=120),
        "walking_too_fast",
        {"driving", "calm_at_the_wheel"},
        {"walking"},
    ),
    (Situation(activity="running", speed_kmh=60), "running_too_fast", {"driving"}, {"running"}),
    (
        Situation(activity="sleeping", place="car", speed_kmh=100),
        "asleep_at_the_wheel",
        {"driving", "sleeper_aboard"},
        {"sleeping"},
    ),
    (
        Situation(activity="sleeping", cabin=Cabin(people=2)),
        "asleep_at_the_wheel",
        {"driving", "sleeper_aboard"},
        {"sleeping"},
    ),
    (
        Situation(activity="workout", place="motorway"),
        "busy_at_the_wheel",
        {"driving"},
        {"workout"},
    ),
    (Situation(place="home", speed_kmh=90), "places_that_stay", {"driving"}, {"home"}),
    (Situation(place="library", activity="driving"), "driving_indoors", {"driving"}, {"library"}),
    (
        Situation(place="motorway", traffic="free", speed_kmh=3),
        "standing_on_a_free_motorway",
        {"traffic_jam"},
        {"free_road"},
    ),
    (
        Situation(activity="driving", traffic="jammed", speed_kmh=120),
        "fast_in_a_jam",
        {"fast_road"},
        {"traffic_jam"},
    ),
    (
        Situation(company="alone", cabin=Cabin(people=4)),
        "alone_among_people",
        {"full_car"},
        {"alone"},
    ),
    (
        Situation(cabin=Cabin(people=1, child=True)),
        "child_at_the_wheel",
        {"child_aboard"},
        {"one_aboard"},
    ),
    (
        Situation(activity="driving", speed_kmh=60, cabin=Cabin(noise_db=0)),
        "silent_car",
        {"driving"},
        {"quiet_cabin"},
    ),
]


@pytest.mark.parametrize(("situation", "clash", "spoken", "silent"), TABLE)
def test_what_is_plausible_is_believed(
    situation: Situation, clash: str, spoken: set[str], silent: set[str]
) -> None:
    found = sense(situation)
    names = {rule.name for rule in found.rules}
    assert [conflict.name for conflict in found.conflicts] == [clash]
    assert spoken <= names
    assert not silent & names


@pytest.mark.parametrize(
    "situation",
    [
        Situation(place="motorway", speed_kmh=3),
        Situation(month=1, season="summer", temperature_celsius=33),
        Situation(place="train", speed_kmh=300, activity="sleeping"),
        Situation(place="car", speed_kmh=0, activity="sleeping"),
        Situation(weather="snow", temperature_celsius=2),
        Situation(activity="running", speed_kmh=20),
        Situation(activity="reading", speed_kmh=250, place="train"),
    ],
)
def test_what_is_rare_but_possible_does_not_clash(situation: Situation) -> None:
    assert sense(situation).conflicts == ()


def test_a_clash_costs_confidence() -> None:
    sure = sense(Situation(activity="driving", speed_kmh=120))
    unsure = sense(Situation(activity="walking", speed_kmh=120))
    assert {rule.name for rule in sure.rules} == {rule.name for rule in unsure.rules}
    assert unsure.confidence < 0.7 * sure.confidence
