"""When a situation has really changed: tables of drives and days."""

import itertools
from typing import Any

import pytest

import vts
from tests.unit.sdk.drives import Drive, city
from vts.situations import Change, Steadiness, steadied

DAY, NIGHT = "2026-07-03T12:30:00", "2026-07-03T22:30:00"


def changes(drive: Drive, **steadiness: Any) -> list[Change]:
    """What changed after the beginning."""
    found = list(steadied(drive.samples(), Steadiness(**steadiness)))
    assert found[0].why.en == "the beginning"
    return found[1:]


def driving(start: str = DAY, **told: Any) -> Drive:
    return Drive(start, activity="driving", **told)


NOTHING: dict[str, Drive] = {
    "a red light": driving().go(600, 50).go(60, 0).go(600, 50),
    "a long red light": driving().go(600, 50).go(170, 0).go(600, 50),
    "a red light on a fast road": driving().go(600, 95).go(120, 0).go(600, 95),
    "twenty minutes in town": city(1200, seed=1),
    "twenty other minutes in town": city(1200, seed=2),
    "a speed that trembles at an edge": driving().go(300, 79),
    "one wild speed": driving().go(300, 50).go(2, 390).go(600, 50),
    "a short burst": driving().go(600, 50).go(20, 95).go(600, 50),
    "a tunnel without signal": driving().go(600, 50).go(120).go(600, 50),
    "a shower of four minutes": (
        Drive(weather="clear").go(600).go(240, weather="rain").go(300, weather="clear")
    ),
    "a gust of noise": driving(noise_db=60).go(600, 50).go(16, noise_db=90).go(600, noise_db=60),
    "a thermometer between two degrees": Drive(temperature_celsius=29.5).go(600),
    "a jam that is still ahead": driving(traffic="free")
    .go(600, 100)
    .go(60, 100, traffic="jammed")
    .go(600, 100, traffic="free"),
    "somebody gets out and in": driving(people=3)
    .go(600, 50)
    .go(10, 0, people=2)
    .go(600, 50, people=3),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_does_not_last_changes_nothing(name: str) -> None:
    assert [change.why.en for change in changes(NOTHING[name])] == []


@pytest.mark.parametrize("edge", [30, 80, 110])
def test_a_speed_that_goes_to_and_fro_over_an_edge_does_not_flap(edge: float) -> None:
    drive = driving()
    for _ in range(60):
        drive.go(20, edge - 3).go(20, edge + 3)
    assert changes(drive) == []


ONE: list[tuple[Drive, str, float, float]] = [
    # the drive; why it changed; after how many seconds at the least and at the most
    (driving().go(600, 50).go(900, 95), "speed: 50 km/h → 95 km/h", 660, 720),
    (driving().go(600, 95).go(900, 50), "speed: 95 km/h → 50 km/h", 780, 830),
    (driving().go(600, 50).go(900, 0), "speed: 50 km/h → 0 km/h", 780, 830),
    (Drive(weather="clear").go(600).go(900, weather="rain"), "clear → rain", 900, 905),
    (Drive(place="home").go(600).go(300, place="cafe"), "place: home → café", 660, 665),
    (Drive(activity="working").go(900).go(300, activity="eating"), "→ eating", 930, 935),
    (Drive(temperature_celsius=20.0).go(600).go(900, temperature_celsius=33.0), "→ 33", 900, 935),
    (Drive("2026-07-03T13:50:00").go(1800), "time of day: midday → afternoon", 720, 725),
    (Drive("2026-07-03T21:50:00").go(1800), "time of day: evening → night", 720, 725),
    (driving(people=3).go(600, 50).go(300, 50, people=1), "people aboard: 3 → 1", 620, 630),
    (
        driving(place="city").go(600, 40).go(300, 0, place="home", activity="relaxing"),
        "driving → relaxing; place: city → home",
        700,
        730,
    ),
    (driving(traffic="jammed").go(600, 10).go(600, 25, traffic="free"), "jammed → free", 690, 695),
]  # fmt: skip


@pytest.mark.parametrize(("drive", "why", "earliest", "latest"), ONE)
def test_what_lasts_changes_once(drive: Drive, why: str, earliest: float, latest: float) -> None:
    samples = drive.samples()
    (change,) = changes_of(samples)
    start = vts.Sample.of(samples[0]).time
    assert why in change.why.en
    assert change.why.ko
    assert not change.urgent
    assert earliest <= (change.time - start).total_seconds() <= latest


def changes_of(samples: list[dict[str, Any]]) -> list[Change]:
    return list(steadied(samples))[1:]


URGENT: list[tuple[Drive, str]] = [
    (driving().go(60, 50).go(60, 50, child=True), "a child listens"),
    (driving().go(60, 50).go(60, 50, sleeper=True), "somebody is asleep"),
    (driving().go(60, 20).go(60, 10, traffic="jammed"), "a traffic jam"),
    (driving().go(60, 20).go(60, 10, traffic="dense"), "dense traffic"),
    (driving(driving_minutes=118.0).go(60, 90).go(60, 90, driving_minutes=240.0), "four hours"),
    (driving().go(60, 50).go(60, 50, weather="snow"), "bad weather on the road"),
    (driving().go(60, 100).go(60, 130), "high speed"),
    (driving("2026-07-03T20:58:00").go(600, 50), "driving by night"),
    (driving(driving_minutes=118.0).go(60, 90).go(60, 90, driving_minutes=120.0), "two hours"),
    (Drive(place="home", company="friends").go(60).go(60, company="children"), "a child listens"),
    (Drive(NIGHT, place="car").go(60, 0).go(60, 50), "somebody drives now; driving by night"),
]


@pytest.mark.parametrize(("drive", "why"), URGENT)
def test_what_is_for_safety_does_not_wait(drive: Drive, why: str) -> None:
    samples = drive.samples()
    (change,) = changes_of(samples)
    assert why in change.why.en
    assert change.urgent


def test_safety_is_taken_back_slowly() -> None:
    drive = driving(child=True).go(600, 50).go(20, 50, child=False).go(600, 50, child=True)
    assert changes(drive) == []
    (gone,) = changes(driving(child=True).go(600, 50).go(60, 50, child=False))
    assert gone.why.en == "a child aboard: yes → no"
    assert not gone.urgent


def test_who_comes_home_does_not_seem_to_drive_on() -> None:
    drive = driving(place="city").go(600, 40).go(300, 0, place="home", activity="relaxing")
    (change,) = changes(drive)
    assert change.situation.speed_kmh == 0


def test_sensors_that_flap_do_not_make_music_flap() -> None:
    drive = driving()
    for _ in range(450):
        drive.go(4, 40, traffic="jammed", weather="rain").go(4, 20, traffic="free", weather="clear")
    found = changes(drive)
    assert len(found) <= 2


def test_changes_keep_their_distance_and_come_together() -> None:
    drive = Drive(place="home").go(300).go(120, place="street").go(120, place="park")
    found = changes(drive.go(600, activity="walking"))
    assert [change.why.en for change in found] == [
        "place: home → street",
        "activity: unknown → walking; place: street → park",
    ]
    first, second = found
    assert (second.time - first.time).total_seconds() >= 240
    assert second.situation.place == "park"


def test_a_clock_set_back_over_an_edge_of_the_day_does_not_flap() -> None:
    before = Drive("2026-07-03T17:30:00").go(1980).samples()  # to 18:03
    again = Drive("2026-07-03T18:01:00").go(1200).samples()  # and once more
    found = changes_of([*before, *again])
    assert [change.why.en for change in found] == ["time of day: afternoon → evening"]


def test_time_without_and_with_an_offset_mixes() -> None:
    samples = [{"time": "2026-07-03T12:00:00"}, {"time": "2026-07-03T12:10:00+09:00"}]
    samples.append({"time": "2026-07-03T12:20:00"})
    assert changes_of(samples) == []


def test_minutes_at_the_wheel_are_counted_where_no_car_tells_them() -> None:
    drive = Drive(DAY, every=10.0, activity="driving").go(7300, 90)
    urgent = [change for change in changes(drive) if change.urgent]
    assert [change.why.en for change in urgent] == ["two hours without a break"]
    rested = Drive(DAY, every=10.0, activity="driving").go(4000, 90).go(900, 0).go(4000, 90)
    assert not [change for change in changes(rested) if change.urgent]


def test_a_change_is_ready_to_be_asked_for() -> None:
    drive = driving(place="motorway", people=2.0, open=True, noise_db=71.0).go(60, 118)
    (beginning,) = steadied(drive.samples())
    asked = beginning.input(weight=0.5)
    assert asked.weight == 0.5
    situation = asked.situation
    assert (situation.local_time, situation.weekday, situation.month) == ("12:30", 5, 7)
    assert (situation.place, situation.activity, situation.speed_kmh) == (
        "motorway",
        "driving",
        115,
    )
    assert (situation.cabin.people, situation.cabin.open, situation.cabin.noise_db) == (2, True, 71)
    assert not situation.HasField("weather")


def test_however_many_samples_there_are_memory_is_bounded() -> None:
    steadier = vts.Steadier()
    for sample in Drive(every=0.01, activity="driving").go(40, 50).samples():
        steadier.add(sample)
    medians = [settler._slow for settler in steadier._fields.values() if hasattr(settler, "_slow")]
    assert max(len(each._kept) for each in medians) <= 80


def test_it_is_lazy() -> None:
    endless = ({"time": float(at), "activity": "working"} for at in itertools.count())
    assert next(steadied(endless)).why.en == "the beginning"
