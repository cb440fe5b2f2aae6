"""Moods of texts and labels of other vocabularies, in the terminal and from Python."""

import io
import json

import pytest

import vts
from tests.unit.sdk.scripted import ScriptedGateway
from vts.cli.labels import label_lines
from vts.cli.state import State
from vts.evidence.v1 import evidence_pb2
from vts.moods.messages import taxonomy_message

ENGLISH = State(address="", token=None, tls=False, web_address="", locale="en")
KOREAN = State(address="", token=None, tls=False, web_address="", locale="ko")


def test_the_mood_of_texts_is_printed_with_its_reason_and_labels(
    run, gateway: ScriptedGateway
) -> None:
    code, out, _ = run("moods", "a quiet evening", "so quiet", "--taxonomy", "gems")
    assert code == 0
    assert out.count("“Quiet” sounds calm.") == 2
    assert "valence +0.40   arousal -0.60   sure 80%" in out
    assert "calm ████" in out
    assert "GEMS: calmness 0.80" in out
    assert list(gateway.read[0].texts) == ["a quiet evening", "so quiet"]


def test_the_mood_of_texts_is_printed_in_korean(run) -> None:
    out = run("--locale", "ko", "moods", "조용한 저녁", "--taxonomy", "gems")[1]
    assert "‘조용’이 차분하게 들립니다." in out
    assert "GEMS 음악 정서: 평온함 0.80" in out
    assert "차분한" in out


def test_lines_are_read_from_what_is_piped_in(
    run, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n\n  two \n"))
    code, out, _ = run("moods", "-", "--json", "--language", "en")
    assert code == 0
    assert [each["language"] for each in json.loads(out)] == ["en", "en"]
    assert list(gateway.read[0].texts) == ["one", "two"]
    assert gateway.read[0].language == "en"


def test_more_lines_than_one_call_takes_are_read_in_several(
    run, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"line {number}" for number in range(70)]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    code, out, _ = run("moods", "-", "--json")
    assert code == 0
    assert len(json.loads(out)) == 70
    assert [list(each.texts) for each in gateway.read] == [lines[:64], lines[64:]]


def test_no_line_at_all_is_told_and_nothing_is_sent(
    run, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    code, _, err = run("moods", "-")
    assert code == 2
    assert "there is no text to read" in err
    assert not gateway.read


def test_a_vocabulary_that_is_not_known_is_refused_before_anything_is_sent(
    run, gateway: ScriptedGateway
) -> None:
    for arguments in (("moods", "x"), ("recommend", "x")):
        code, _, err = run(*arguments, "--taxonomy", "plutchik")
        assert code == 2
        told = " ".join(err.replace("│", " ").split())
        assert "'plutchik' must be one of: mirex, mirex18" in told
    assert not gateway.read
    assert not gateway.pieces


def test_recommend_asks_for_the_vocabularies(run, gateway: ScriptedGateway) -> None:
    code, _, _ = run("recommend", "x", "--taxonomy", "mirex", "--taxonomy", "kote")
    assert code == 0
    assert list(gateway.pieces[0].options.taxonomies) == ["mirex", "kote"]


async def test_both_clients_read_moods(address: str) -> None:
    with vts.Client(address) as client:
        assert client.read_moods(["x"], taxonomies=["gems"])[0].taxonomies[0].taxonomy == "gems"
    async with vts.AsyncClient(address) as client:
        assert (await client.read_moods(["x", "y"], language="ko"))[1].moods[0].mood == "calm"


def test_a_vocabulary_is_one_line_without_faint_labels() -> None:
    told = [
        taxonomy_message("lastfm", {"Aggresive": 0.6, "Sad": 0.09}, measured=False),
        taxonomy_message("moods5", {}, measured=True),
        evidence_pb2.TaxonomyScores(taxonomy="of a newer gateway"),
    ]
    assert list(label_lines(ENGLISH, told)) == [
        "Last.fm mood tags: aggressive 0.60",
        "five moods: nothing in particular",
        "of a newer gateway: nothing in particular",
    ]
    assert next(label_lines(KOREAN, told)) == "Last.fm 분위기 태그: 공격적인 0.60"
