import json
from pathlib import Path

import pytest

from tests.unit.sdk.answers import refusal, video
from tests.unit.sdk.scripted import ScriptedGateway
from vts.cli.rendering import Watcher
from vts.cli.state import State
from vts.gateway.v1 import gateway_service_pb2 as pb


def test_a_playlist_shows_songs_reasons_and_evidence(run) -> None:
    code, out, _ = run("recommend", "a calm evening")
    assert code == 0
    assert "밤편지" in out
    assert "Calm like your words." in out
    assert "Sketch [1]" in out
    assert "calm" in out


def test_a_video_shows_its_scenes_with_moods_and_sounds(run) -> None:
    _, out, _ = run("recommend", "a vlog")
    lines = [" ".join(line.strip("│ ").split()) for line in out.splitlines()]
    assert "0:00-1:02 Waves on a beach dreamy" in lines
    assert "1:02-1:10 A dog [brown] runs joyful talk" in lines
    _, korean, _ = run("--locale", "ko", "recommend", "브이로그")
    assert "해변에 파도가 친다" in korean
    assert "말소리" in korean


def test_scenes_grow_above_the_bar_while_a_video_is_watched(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    state = State("127.0.0.1:1", None, False, "", "en")
    with Watcher(state, quiet=False) as watcher:
        for at, scene in enumerate(video().scenes):
            news = pb.RecommendStreamResponse(scene=pb.SceneNews(scene_index=at, scene=scene))
            watcher.hear(news)
    shown = capsys.readouterr().err
    assert "Waves on a beach" in shown
    assert "1:02-1:10" in shown


def test_the_answer_can_be_korean(run) -> None:
    _, out, _ = run("--locale", "ko", "recommend", "차분한 저녁")
    assert "글처럼 차분합니다." in out


def test_json_is_only_json(run) -> None:
    _, out, err = run("recommend", "calm", "--json")
    assert json.loads(out)["items"][0]["track"]["title"] == "밤편지"
    assert err == ""


def test_m3u_holds_the_sound_here_or_a_link(run, tmp_path: Path) -> None:
    file = tmp_path / "list.m3u8"
    run("recommend", "calm", "--m3u", str(file))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert "https://example.org/q" in lines
    assert "http://127.0.0.1:8080/v1/tracks/1/sound" in lines


def test_arguments_become_inputs_with_weights(
    run, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    photo = tmp_path / "p.jpg"
    photo.write_bytes(b"jpeg")
    arguments = [str(photo), "--text", "calmer", "--time", "23:10", "--speed", "60"]
    code, _, _ = run("recommend", *arguments, "--weight", "1", "--weight", "0.5", "--weight", "0")
    inputs = [piece.input for piece in gateway.pieces if piece.HasField("input")]
    assert code == 0
    assert [each.WhichOneof("content") for each in inputs] == ["media", "text", "situation"]
    assert [each.weight for each in inputs] == [1, 0.5, 0]
    assert inputs[2].situation.local_time == "23:10"


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [("1998", 1998, 1998), ("1990-1999", 1990, 1999), ("2010-", 2010, 0), ("-1979", 0, 1979)],
)
def test_years_become_a_range(
    run, gateway: ScriptedGateway, year: str, first: int, last: int
) -> None:
    run("recommend", "calm", f"--year={year}", "--language", "ko", "--licence", "CC0-1.0")
    filters = gateway.pieces[0].options.filters
    assert (filters.year_from, filters.year_to) == (first, last)
    assert filters.HasField("year_to") == bool(last)
    assert filters.languages == ["ko"]
    assert filters.licences == ["CC0-1.0"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["recommend"], "give a file, words or a situation"),
        (["recommend", "missing.jpg"], "no such file"),
        (["recommend", "calm", "--weight", "1", "--weight", "1"], "1 inputs need 1 times"),
        (["recommend", "calm", "--year", "soon"], "give 1998"),
        (["similar", "nothing"], "no song of the catalogue"),
        (["--locale", "fr", "status"], "must be en or ko"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_sent(run, arguments: list[str], told: str) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert told in " ".join(err.replace("│", " ").split())


def test_a_refusal_is_one_message_without_a_traceback(run, gateway: ScriptedGateway) -> None:
    gateway.failure = refusal()
    code, _, err = run("recommend", "calm")
    assert code == 1
    assert "options.limit: must be 1 to 100" in err
    assert "FIELD_INVALID" in err
    assert "Traceback" not in err


def test_an_empty_playlist_names_the_filter(run, gateway: ScriptedGateway) -> None:
    gateway.empty = True
    _, out, _ = run("recommend", "calm")
    assert "No song." in out
    assert "language=xx: 0" in out


def test_a_song_is_found_by_name_and_by_likeness(run) -> None:
    assert "밤편지" in run("find", "밤편지")[1]
    assert "anything like 'nothing'" in run("find", "nothing")[1]
    assert "Calm songs" in run("similar", "밤편지")[1]


def test_status_shows_services_and_counts(run) -> None:
    _, out, _ = run("status")
    assert "SERVING" in out
    assert "2 songs" in out
    assert json.loads(run("status", "--json")[1])["catalogue"]["tracks"] == "2"


def test_an_import_tells_each_refusal_with_its_line(run, tmp_path: Path) -> None:
    songs = tmp_path / "songs.csv"
    songs.write_text("title,artist\ngood,A\nbad,B\n", encoding="utf-8")
    code, out, err = run("import", str(songs))
    assert code == 1
    assert "1 added, 1 refused" in out
    assert "songs.csv line 3: title: may not be bad" in err


def test_a_folder_is_not_taken_for_words(run, tmp_path: Path) -> None:
    code, _, err = run("recommend", str(tmp_path))
    assert code == 2
    assert "is a folder" in err
