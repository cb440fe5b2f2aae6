"""What situations call for."""

import pytest

from services.mood.domain import FieldError, MissingError
from services.mood.sensing import sense
from services.mood.situations import Cabin, Situation
from vts.moods import MOODS


def names(situation: Situation) -> list[str]:
    return [rule.name for rule in sense(situation).rules]


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
        (Situation(activity="driving", traffic="jammed"), "calm"),
        (Situation(activity="commuting", traffic="jammed", local_time="08:40"), "calm"),
        (Situation(cabin=Cabin(child=True, people=3)), "joyful"),
        (Situation(cabin=Cabin(sleeper=True)), "calm"),
        (Situation(cabin=Cabin(open=True), season="summer", place="car"), "joyful"),
        (Situation(cabin=Cabin(noise_db=90)), "energizing"),
        (Situation(cabin=Cabin(driving_minutes=150)), "energizing"),
        (Situation(company="partner", activity="date", local_time="20:00"), "beautiful"),
        (Situation(company="friends", activity="party"), "energizing"),
        (Situation(company="colleagues", place="office"), "calm"),
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
        (Situation(month=12, season="summer"), "summer"),
        (Situation(weather="clear", local_time="12:00"), "clear_day"),
        (Situation(weather="clear", local_time="22:00"), "clear_night"),
        (Situation(weather="clear"), "clear"),
        (Situation(activity="driving", speed_kmh=8), "traffic"),
        (Situation(place="motorway", speed_kmh=3), "traffic_jam"),
        (Situation(cabin=Cabin(driving_minutes=130)), "long_drive"),
        (Situation(cabin=Cabin(driving_minutes=239)), "long_drive"),
        (Situation(cabin=Cabin(driving_minutes=240)), "too_long_a_drive"),
        (Situation(cabin=Cabin(people=4), company="friends"), "road_trip"),
        (Situation(activity="party", company="colleagues"), "office_party"),
        (Situation(temperature_celsius=35, activity="driving"), "hot_at_the_wheel"),
        (Situation(temperature_celsius=-8, activity="driving"), "icy_road"),
        (Situation(temperature_celsius=-3), "freezing"),
    ],
)
def test_the_rule_that_fits_speaks(situation: Situation, rule: str) -> None:
    assert rule in names(situation)


def test_a_clear_day_is_not_a_clear_night() -> None:
    assert names(Situation(weather="clear", local_time="12:00")).count("clear_night") == 0


def test_who_drove_too_long_is_not_told_that_a_break_is_due_soon() -> None:
    assert "long_drive" not in names(Situation(cabin=Cabin(driving_minutes=240)))


@pytest.mark.parametrize(
    ("place", "spoken"),
    [("home", ["home", "child_aboard"]), ("train", ["train", "child_aboard", "full_car"])],
)
def test_the_drive_ends_at_the_door(place: str, spoken: list[str]) -> None:
    cabin = Cabin(driving_minutes=300, people=3, open=True, child=True)
    assert set(names(Situation(place=place, cabin=cabin))) == set(spoken)


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
        (Situation(local_time="25:00"), "situation.local_time", "07:30"),
        (Situation(season="monsoon"), "situation.season", "autumn"),
        (Situation(company="dog"), "situation.company", "colleagues"),
        (Situation(traffic="red"), "situation.traffic", "jammed"),
        (Situation(speed_kmh=401), "situation.speed_kmh", "0 to 400"),
        (Situation(speed_kmh=4000), "situation.speed_kmh", "0 to 400"),
        (Situation(speed_kmh=-1), "situation.speed_kmh", "0 to 400"),
        (Situation(speed_kmh=float("nan")), "situation.speed_kmh", "0 to 400"),
        (Situation(temperature_celsius=61), "situation.temperature_celsius", "-60 to 60"),
        (Situation(temperature_celsius=-300), "situation.temperature_celsius", "-60 to 60"),
        (Situation(cabin=Cabin(people=0)), "situation.cabin.people", "1 to 100"),
        (Situation(cabin=Cabin(noise_db=float("nan"))), "situation.cabin.noise_db", "0 to 130"),
        (Situation(cabin=Cabin(noise_db=float("inf"))), "situation.cabin.noise_db", "0 to 130"),
        (
            Situation(cabin=Cabin(driving_minutes=1441)),
            "situation.cabin.driving_minutes",
            "0 to 1,440",
        ),
    ],
)
def test_a_rejection_names_the_field_and_what_is_allowed(
    situation: Situation, field: str, said: str
) -> None:
    with pytest.raises(FieldError, match=said) as caught:
        sense(situation)
    assert caught.value.field == field


@pytest.mark.parametrize("nothing", [Situation(), Situation(cabin=Cabin())])
def test_an_empty_situation_is_missing(nothing: Situation) -> None:
    with pytest.raises(MissingError):
        sense(nothing)


def test_a_situation_where_no_rule_speaks_is_flat() -> None:
    found = sense(Situation(temperature_celsius=18.0))
    assert found.rules == ()
    assert found.confidence == 0
    assert not found.moods.any()
