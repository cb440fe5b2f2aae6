"""Samples as they are told: names, values, ranges, times."""

import json
from typing import Any

import pytest

from services.mood.rules import allowed
from services.mood.situations import (
    DRIVING_RANGE_MINUTES,
    NOISE_RANGE_DB,
    PEOPLE,
    SPEED_RANGE_KMH,
    TEMPERATURE_RANGE_CELSIUS,
)
from vts.situations.dangers import FIELDS
from vts.situations.samples import FLAGS, RANGES, Sample, SampleError
from vts.situations.settling import Daytime
from vts.situations.wording import _DATA, WORDS, changed, danger

BAD: list[tuple[dict[Any, Any], str]] = [
    ({"wether": "rain"}, "wether: is not known; known are time, weather"),
    ({"weather": "meatballs"}, "weather: must be one of clear, cloudy"),
    ({"weather": 3}, "weather: must be one of"),
    ({"speed_kmh": 4000}, "speed_kmh: must be from 0 to 400"),
    ({"speed_kmh": "fast"}, "speed_kmh: must be from 0 to 400"),
    ({"speed_kmh": True}, "speed_kmh: must be from 0 to 400"),
    ({"noise_db": float("nan")}, "noise_db: must be from 0 to 130"),
    ({"temperature_celsius": -300}, "temperature_celsius: must be from -60 to 60"),
    ({"speed_kmh": 10**400}, "speed_kmh: must be from 0 to 400"),
    ({"people": 0}, "people: must be from 1 to 100"),
    ({"people": 2.5}, "people: must be a whole number"),
    ({1: 2}, "1: is not known"),
    ({"cabin": {"pets": 1}}, "cabin: may hold child, driving_minutes"),
    ({"cabin": 3}, "cabin: may hold"),
    ({"child": 1}, "child: must be true or false"),
    ({"time": "25:00"}, "time: must be ISO 8601"),
    ({"time": 1e300}, "time: must be ISO 8601"),
    ({"time": True}, "time: must be ISO 8601"),
    ({"time": "0001-01-01T00:00:00"}, "time: must be ISO 8601"),
    ({"time": "9999-12-31T23:59:59"}, "time: must be ISO 8601"),
    ({"time": -62135596800}, "time: must be ISO 8601"),
]


@pytest.mark.parametrize(("told", "said"), BAD)
def test_a_sample_that_cannot_be_is_refused_by_its_field(told: dict[Any, Any], said: str) -> None:
    with pytest.raises(SampleError) as caught:
        Sample.of(told)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("line", ["", "speed", "[1]", "3", "[" * 5000, '{"a":' * 900, "x" * 20_000])
def test_a_line_that_is_no_sample_is_refused(line: str) -> None:
    with pytest.raises(SampleError, match="the line is"):
        Sample.of_line(line)


def test_the_cabin_may_stand_apart_or_not() -> None:
    line = json.dumps({"time": "2026-07-03T08:00", "child": True, "cabin": {"people": 2}})
    assert Sample.of_line(line).values == {"child": True, "people": 2.0}


def test_time_is_told_by_iso_by_seconds_or_by_the_clock() -> None:
    assert Sample.of({"time": "2026-07-03T23:10:00+09:00"}).time.hour == 23
    assert Sample.of({"time": 1_780_000_000}).time.timestamp() == 1_780_000_000
    assert Sample.of({}).time.tzinfo is not None


def test_samples_know_the_words_and_ranges_that_the_rules_know() -> None:
    for name, words in WORDS.items():
        assert sorted(words) == sorted(allowed(name)), name
    limits = {
        "speed_kmh": SPEED_RANGE_KMH,
        "temperature_celsius": TEMPERATURE_RANGE_CELSIUS,
        "people": PEOPLE,
        "noise_db": NOISE_RANGE_DB,
        "driving_minutes": DRIVING_RANGE_MINUTES,
    }
    assert dict(RANGES) == limits


def test_everything_is_told_in_both_languages() -> None:
    for name, words in WORDS.items():
        for word in words:
            told = changed(name, None, word)
            assert told.en
            assert any("가" <= letter <= "힣" for letter in told.ko.rpartition("→")[2]), word
    for name, value in (("people", 3), ("speed_kmh", 60.0), ("part_of_day", 2), ("child", True)):
        assert changed(name, None, value).en.startswith(_DATA["fields"][name][0])
    for name in [*RANGES, *FLAGS]:
        assert name in _DATA["fields"]
    for name in FIELDS:
        assert danger(name).en
        assert danger(name).ko
    assert len(_DATA["parts_of_day"]) == len(Daytime.EDGES)
