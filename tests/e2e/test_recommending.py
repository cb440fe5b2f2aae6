"""Every kind of input through the `vts` command, against the real services."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.conftest import SAMPLES, Stack

pytestmark = pytest.mark.timeout(900)


def titles(playlist: dict) -> list[str]:
    return [item["track"]["title"] for item in playlist["items"]]


def mean(playlist: dict, axis: str, count: int = 10) -> float:
    values = [item["track"].get("affect", {}).get(axis, 0.0) for item in playlist["items"][:count]]
    return sum(values) / len(values)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ([SAMPLES / "coffee.jpg"], "INPUT_KIND_PHOTO"),
        ([SAMPLES / "vlog.mp4"], "INPUT_KIND_VIDEO"),
        ([SAMPLES / "clip.ogg"], "INPUT_KIND_AUDIO"),
        (["rainy drive home, a bit sad"], "INPUT_KIND_TEXT"),
        (["조용한 밤에 듣기 좋은 잔잔한 노래"], "INPUT_KIND_TEXT"),
        (
            ["--time", "23:10", "--weather", "rain", "--activity", "driving", "--speed", "60"],
            "INPUT_KIND_SITUATION",
        ),
    ],
)
def test_each_kind_of_input_gets_ten_songs_with_reasons(ask, arguments: list, kind: str) -> None:
    playlist = ask(*arguments)
    assert [each["kind"] for each in playlist["evidence"]] == [kind]
    assert len(set(titles(playlist))) == 10
    for item in playlist["items"]:
        assert item["reason"]["en"]
        assert any("가" <= letter <= "힣" for letter in item["reason"]["ko"])
        assert 0 < item["score"] <= 1
        assert sum(part["share"] for part in item["components"]) == pytest.approx(1, abs=0.01)


def test_different_words_get_different_music_that_fits(ask) -> None:
    wild = ask("pump me up at the gym, loud and fast")
    still = ask("something quiet and calm to fall asleep to")
    happy = ask("신나는 여름 바다 여행")
    sad = ask("이별 후에 혼자 우는 밤")
    assert not set(titles(wild)) & set(titles(still))
    assert mean(wild, "arousal") > mean(still, "arousal") + 0.5
    assert mean(happy, "valence") > mean(sad, "valence") + 0.4


def test_words_bend_what_a_photo_says(ask) -> None:
    alone = ask(SAMPLES / "rocket.jpg")
    calmer = ask(SAMPLES / "rocket.jpg", "--text", "but calmer")
    assert mean(calmer, "arousal") < mean(alone, "arousal") - 0.1


def test_a_clip_of_a_song_finds_the_song(ask) -> None:
    playlist = ask(SAMPLES / "clip.ogg", "--limit", "5")
    assert playlist["evidence"][0]["sound"]["tempo"]["bpm"] > 0
    assert playlist["items"][0]["components"][0]["component"] == "clip"
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert f'"{playlist["items"][0]["track"]["title"]}"' in readme


def test_filters_hold(ask) -> None:
    for item in ask("love", "--language", "ko", "--year", "1990-1999")["items"]:
        assert item["track"]["language"] == "ko"
        assert 1990 <= item["track"]["year"] <= 1999
    free = ask("calm", "--licence", "CC0-1.0")
    assert free["items"]
    assert all(item["track"]["licence"] == "CC0-1.0" for item in free["items"])
    assert all(item["sound_path"] for item in free["items"])


def test_filters_that_leave_nothing_are_named(ask) -> None:
    playlist = ask("calm", "--language", "ko", "--year", "1700-1750")
    assert "items" not in playlist
    assert any("year" in effect["filter"] for effect in playlist["filter_effects"])
    assert playlist["notes"]


def test_a_song_is_found_with_a_typing_mistake_and_has_likenesses(vts) -> None:
    found = json.loads(vts("find", "bohemain rapsody", "--json").stdout)
    assert found[0]["track"]["title"] == "Bohemian Rhapsody"
    similar = json.loads(vts("similar", found[0]["track"]["id"], "--json").stdout)
    assert similar["items"]
    assert "Bohemian Rhapsody" not in titles(similar)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jpg", b"", "MEDIA_UNREADABLE"),
        ("text.jpg", b"this is not a photo", "MEDIA_UNREADABLE"),
        ("cut.jpg", None, "MEDIA_UNREADABLE"),
        ("list.m3u8", b"#EXTM3U\nhttp://127.0.0.1/a.ts\n", "MEDIA_UNREADABLE"),
    ],
)
def test_media_that_can_not_be_read_is_refused_with_the_kinds_that_can(
    vts, tmp_path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(
        content if content is not None else (SAMPLES / "coffee.jpg").read_bytes()[:2000]
    )
    done = vts("recommend", path)
    assert done.returncode == 1
    assert reason in done.stderr
    assert "JPEG" in done.stderr


def test_an_unknown_weather_names_the_field_and_the_known_ones(vts) -> None:
    done = vts("recommend", "--weather", "plague")
    assert done.returncode == 1
    assert "weather" in done.stderr
    assert "rain" in done.stderr
    assert "FIELD_INVALID" in done.stderr


@contextmanager
def paused(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_service_that_does_not_answer_is_left_out_and_named(stack: Stack, ask) -> None:
    with paused(stack.children()["captioner"]):
        playlist = ask(SAMPLES / "coffee.jpg", "--text", "calm morning")
    notes = [note for each in playlist["evidence"] for note in each.get("notes", [])]
    notes += playlist.get("notes", [])
    assert playlist["items"]
    assert any(note["code"] == "SERVICE_UNAVAILABLE" for note in notes)


def test_without_the_recommender_the_answer_is_unavailable_in_bounded_time(
    stack: Stack, vts
) -> None:
    with paused(stack.children()["recommender"]):
        done = vts("recommend", "calm")
    assert done.returncode == 1
    assert "DEPENDENCY_UNAVAILABLE" in done.stderr
