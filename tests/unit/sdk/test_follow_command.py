"""`vts follow` and the options that tell a situation."""

import io
import json
import shlex
from pathlib import Path

from samples.drive import samples
from tests.unit.sdk.answers import refusal
from tests.unit.sdk.scripted import ScriptedGateway
from vts.gateway.v1 import gateway_service_pb2 as pb

SAMPLES = Path(__file__).parents[3] / "samples"
DRIVE = SAMPLES / "drive.jsonl"


def situations(gateway: ScriptedGateway) -> list[pb.Input]:
    inputs = [piece.input for piece in gateway.pieces if piece.HasField("input")]
    return [each for each in inputs if each.HasField("situation")]


def stream(tmp_path: Path, *lines: str) -> str:
    file = tmp_path / "samples.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def test_the_sample_drive_is_the_one_that_is_made() -> None:
    lines = DRIVE.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(samples())


def test_a_drive_of_two_hours_asks_a_few_times_and_tells_why(run, gateway: ScriptedGateway) -> None:
    code, out, _ = run("follow", str(DRIVE))
    headlines = [line for line in out.splitlines() if line[2:3] == ":"]
    assert code == 0
    assert 8 <= len(headlines) == len(situations(gateway)) <= 14
    assert headlines[0].endswith("the beginning")
    assert sum("for safety:" in line for line in headlines) == 4
    assert any("traffic jam" in line for line in headlines)
    assert out.count("밤편지") == len(headlines)


def test_what_changed_can_be_korean_and_ask_for_nothing(run, gateway: ScriptedGateway) -> None:
    _, out, _ = run("--locale", "ko", "follow", str(DRIVE), "--only-changes")
    assert "장소: 도시 → 고속도로" in out
    assert "안전: 밤 운전입니다" in out
    assert not gateway.pieces


def test_words_go_along_and_songs_given_are_not_given_again(run, gateway: ScriptedGateway) -> None:
    run("follow", str(DRIVE), "--text", "but calmer", "--limit", "3", "--language", "ko")
    starts = [piece.options for piece in gateway.pieces if piece.HasField("options")]
    texts = [piece.input.text for piece in gateway.pieces if piece.input.text]
    assert set(texts) == {"but calmer"}
    assert {each.limit for each in starts} == {3}
    assert starts[0].filters.languages == ["ko"]
    assert not starts[0].excluded_track_ids
    assert len(starts[1].excluded_track_ids) == 1


def test_json_is_a_line_for_each_change(run) -> None:
    _, out, err = run("follow", str(DRIVE), "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert told[0]["why"] == {"en": "the beginning", "ko": "처음"}
    assert told[0]["situation"]["cabin"]["child"] is True
    assert any(change["urgent"] for change in told)
    assert told[-1]["playlist"]["items"][0]["track"]["title"] == "밤편지"
    assert err == ""


def test_samples_may_be_piped_in(run, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"time": 0, "weather": "rain"}\n'))
    code, out, _ = run("follow", "-", "--only-changes")
    assert code == 0
    assert "the beginning" in out


def test_a_line_that_cannot_be_read_is_told_and_passed_over(run, tmp_path: Path) -> None:
    good = '{"time": "2026-07-03T12:00:00", "speed_kmh": 60}'
    lines = ['{"speed_kmh": 4000}', "", "x" * 50_000, good, '{"wether": 1}', "["]
    code, out, err = run("follow", stream(tmp_path, *lines), "--only-changes")
    assert code == 0
    assert "12:00:00" in out
    complaints = err.splitlines()
    assert complaints[0] == "vts: line 1: speed_kmh: must be from 0 to 400"
    assert [each.split(":")[1].strip() for each in complaints if each.startswith("vts:")] == [
        "line 1",
        "line 3",
        "line 5",
        "line 6",
    ]


def test_a_call_that_fails_is_told_and_following_goes_on(run, gateway: ScriptedGateway) -> None:
    gateway.failure = refusal()
    code, out, err = run("follow", str(DRIVE))
    assert code == 1
    assert out.count("\n") >= 8
    assert "the request is not valid" in " ".join(err.split())
    assert "Traceback" not in err


def test_nothing_to_follow_is_an_error(run, tmp_path: Path) -> None:
    code, _, err = run("follow", stream(tmp_path, ""))
    assert code == 1
    assert err == "vts: there was no sample to follow\n"
    code, _, err = run("follow", str(tmp_path / "nowhere.jsonl"))
    assert code == 2
    assert "no such file" in err


def test_every_option_of_a_situation_is_sent(run, gateway: ScriptedGateway) -> None:
    words = "--season summer --company family --traffic dense --place motorway --month 7"
    numbers = "--people 4 --noise 72 --driving-minutes 130 --speed 0 --weekday 6"
    flags = "--child --no-sleeper --open"
    code, _, _ = run("recommend", *shlex.split(f"{words} {numbers} {flags}"))
    (asked,) = situations(gateway)
    told, cabin = asked.situation, asked.situation.cabin
    assert code == 0
    assert (told.season, told.company, told.traffic) == ("summer", "family", "dense")
    assert (told.place, told.month, told.weekday) == ("motorway", 7, 6)
    assert told.HasField("speed_kmh")
    assert (cabin.people, cabin.noise_db, cabin.driving_minutes) == (4, 72, 130)
    assert cabin.child
    assert cabin.open
    assert cabin.HasField("sleeper")
    assert not cabin.sleeper


def test_a_situation_without_a_car_has_no_cabin(run, gateway: ScriptedGateway) -> None:
    run("recommend", "--time", "23:10")
    (asked,) = situations(gateway)
    assert not asked.situation.HasField("cabin")
