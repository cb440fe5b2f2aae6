"""How far music may go at the wheel and before children, whatever else is asked for."""

import itertools

import pytest

from services.mood.sensing import sense
from services.mood.situations import Cabin, Situation
from vts.moods import MOODS

NIGHT_DRIVES = [
    Situation(local_time="23:10", weather="rain", activity="driving", speed_kmh=60),
    Situation(local_time="02:00", activity="driving", speed_kmh=120, place="motorway"),
    Situation(local_time="02:00", activity="driving"),
    Situation(local_time="02:00", place="motorway"),
    Situation(local_time="02:00", place="car"),
    Situation(local_time="02:00", speed_kmh=90),
    Situation(local_time="02:00", cabin=Cabin(people=2)),
    Situation(local_time="02:00", cabin=Cabin(driving_minutes=20)),
    Situation(local_time="02:00", traffic="flowing"),
    Situation(local_time="02:00", activity="traveling", speed_kmh=100),
    Situation(local_time="23:00", activity="relaxing", place="car", speed_kmh=80),
    Situation(local_time="23:00", activity="sleeping", place="car"),
    Situation(local_time="05:59", weather="fog", activity="driving", speed_kmh=40),
    Situation(local_time="03:00", activity="walking", speed_kmh=120),
    Situation(local_time="03:00", activity="driving", place="home"),
    Situation(local_time="23:30", place="car", cabin=Cabin(sleeper=True, child=True)),
]


@pytest.mark.parametrize("situation", NIGHT_DRIVES)
def test_nothing_drowsy_at_the_wheel_at_night(situation: Situation) -> None:
    found = sense(situation)
    assert found.bounds is not None
    assert found.bounds.limits.least_arousal >= 0.1
    assert found.bounds.limits.most_moods["calm"] <= 0.5
    assert found.arousal >= 0.1
    assert found.moods[MOODS.index("joyful")] > found.moods[MOODS.index("calm")]
    assert "drowsy" in found.bounds.reason.en or "may not" in found.bounds.reason.en
    assert "졸" in found.bounds.reason.ko or "깨어" in found.bounds.reason.ko


@pytest.mark.parametrize(
    ("situation", "most"),
    [
        (Situation(activity="driving", speed_kmh=150), 0.7),
        (Situation(activity="driving", traffic="dense"), 0.6),
        (Situation(activity="driving", traffic="jammed"), 0.45),
        (Situation(place="motorway", speed_kmh=5), 0.45),
        (Situation(activity="driving", weather="snow"), 0.5),
        (Situation(activity="party", place="car", weather="storm", speed_kmh=100), 0.5),
        (Situation(activity="driving", company="friends", traffic="jammed", weekday=6), 0.45),
    ],
)
def test_nothing_frantic_where_care_is_needed(situation: Situation, most: float) -> None:
    found = sense(situation)
    assert found.bounds is not None
    assert found.bounds.limits.most_arousal <= most
    assert found.arousal <= most


@pytest.mark.parametrize("hour", ["22:00", "02:00", "05:30"])
def test_a_jam_late_at_night_calls_for_calm_but_not_for_sleep(hour: str) -> None:
    found = sense(Situation(local_time=hour, activity="driving", traffic="jammed"))
    assert -0.1 <= found.arousal <= 0.1
    assert found.moods[MOODS.index("calm")] == pytest.approx(0.6)
    assert found.moods[MOODS.index("energizing")] < 0.3


@pytest.mark.parametrize(
    "situation",
    [
        Situation(cabin=Cabin(child=True), activity="date"),
        Situation(cabin=Cabin(child=True), weather="storm"),
        Situation(company="children", place="club"),
        Situation(company="children", activity="gaming"),
    ],
)
def test_nothing_scary_or_suggestive_before_children(situation: Situation) -> None:
    found = sense(situation)
    assert found.bounds is not None
    for mood in ("scary", "sensual"):
        assert found.bounds.limits.most_moods[mood] <= 0.1
        assert found.moods[MOODS.index(mood)] <= 0.1
    assert "suggestive" in found.bounds.reason.en


def test_a_sleeper_gets_soft_music_and_the_driver_stays_awake() -> None:
    by_day = sense(Situation(local_time="14:00", place="car", cabin=Cabin(sleeper=True)))
    by_night = sense(Situation(local_time="23:30", place="car", cabin=Cabin(sleeper=True)))
    assert by_day.bounds is not None
    assert by_night.bounds is not None
    assert by_day.bounds.limits.most_arousal == by_night.bounds.limits.most_arousal == 0.4
    assert by_day.arousal < by_night.arousal
    assert by_day.bounds.limits.least_arousal == -1.0
    assert by_night.bounds.limits.least_arousal >= 0.15


@pytest.mark.parametrize(
    "situation",
    [
        Situation(local_time="23:10"),
        Situation(local_time="23:10", activity="sleeping"),
        Situation(local_time="02:00", place="train", speed_kmh=200),
        Situation(local_time="02:00", place="car", speed_kmh=0, activity="relaxing"),
        Situation(local_time="02:00", activity="party", place="club"),
        Situation(local_time="02:00", place="home", cabin=Cabin(driving_minutes=90, people=2)),
        Situation(local_time="02:00", activity="walking", speed_kmh=5),
        Situation(local_time="02:00", place="city", traffic="free", activity="walking"),
    ],
)
def test_who_does_not_drive_is_not_bound(situation: Situation) -> None:
    assert sense(situation).bounds is None


def test_the_bounds_hold_in_every_mix_of_situations() -> None:
    hours, places = ("03:00", "14:00"), ("car", "motorway", None)
    weathers, traffics = ("snow", "clear"), ("jammed", "free", None)
    cabins = (Cabin(sleeper=True, child=True), Cabin(driving_minutes=300), Cabin(noise_db=90))
    speeds = (0.0, 60.0, 180.0, None)
    for hour, place, weather, traffic, cabin, speed in itertools.product(
        hours, places, weathers, traffics, cabins, speeds
    ):
        found = sense(
            Situation(
                local_time=hour,
                place=place,
                weather=weather,
                traffic=traffic,
                cabin=cabin,
                speed_kmh=speed,
                activity="sleeping",
            )
        )
        if found.bounds is None:
            assert place != "motorway"
            assert speed == 0.0
            continue
        limits = found.bounds.limits
        assert limits.least_arousal + 0.2 <= limits.most_arousal
        assert limits.least_arousal <= found.arousal <= limits.most_arousal
        for mood, most in limits.most_moods.items():
            assert found.moods[MOODS.index(mood)] <= most
