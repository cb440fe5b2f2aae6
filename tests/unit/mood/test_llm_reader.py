"""The reader of the language model where all goes well, and within its means."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from servicekit.auth import TokenFileError
from services.mood.backends import opened
from services.mood.backends.fake import FakeReader
from services.mood.backends.llm.budget import Budget, Purse, tokens_in
from services.mood.backends.llm.failures import Cause, LlmError
from services.mood.backends.llm.reader import LlmReader
from services.mood.blending import FLAT
from services.mood.domain import NoteCode, Text
from services.mood.settings import MoodSettings
from tests.unit.mood.llm_readers import fallbacks, fell_back, made, reading_by
from tests.unit.mood.scripted_endpoint import CALM, SAD, Asked, answer, honest

TEXT = "rainy drive home"


def torn(asked: Asked) -> str:
    """Two say sad, two calm, and one cites what is not there; the head chooses the last."""
    if asked.agent == "head":
        return json.dumps({"choice": len(asked.data["answers"])})
    if asked.agent == "doubt":
        return json.dumps(answer("nowhere"))
    feeling = SAD if asked.agent in ("words", "scene") else CALM
    return honest(asked, feeling)


def test_moods_affect_and_reason_are_the_models_and_the_rest_is_not() -> None:
    with reading_by(honest) as (reader, house):
        (reading,) = reader.read([Text(TEXT)])
        (plain,) = FakeReader().read([Text(TEXT)])
        assert reading.mood("sad") == pytest.approx(0.8 * 0.8 + 0.2 * FLAT)
        assert (reading.affect.valence, reading.affect.arousal) == (-0.6, -0.4)
        assert (reading.affect.confidence, reading.affect.dominance) == (0.8, 0.0)
        assert reading.reason is not None
        assert reading.reason.en == 'The words "rainy" say so.'
        assert reading.embedding.tolist() == plain.embedding.tolist()
        assert (reading.keywords, reading.language) == (plain.keywords, plain.language)
        assert sorted(asked.agent for asked in house.asked) == [
            "body",
            "doubt",
            "music",
            "scene",
            "words",
        ]
        assert reader.model.name == "llm"


def test_a_call_is_what_the_protocol_says() -> None:
    with reading_by(honest, key=SecretStr("sk-1")) as (reader, house):
        reader.read([Text(TEXT)])
        for asked in house.asked:
            assert asked.path == "/v1/chat/completions"
            assert asked.body["model"] == "scripted"
            assert asked.body["stream"] is False
            assert asked.body["response_format"]["json_schema"]["strict"] is True
            roles = [each["role"] for each in asked.body["messages"]]
            assert roles == ["system", *["user", "assistant"] * 4, "user"]
            assert {name.lower(): each for name, each in asked.headers.items()}[
                "authorization"
            ] == "Bearer sk-1"


def test_a_text_is_asked_once() -> None:
    with reading_by(honest, kept_readings=1) as (reader, house):
        first, again = reader.read([Text(TEXT), Text(f"\u200b{TEXT} ")])
        assert first.moods == again.moods
        reader.read([Text(TEXT)])
        assert len(house.asked) == 5
        reader.read([Text("another")])
        reader.read([Text(TEXT)])
        assert len(house.asked) == 15


def test_where_agents_disagree_the_head_is_asked() -> None:
    with reading_by(torn) as (reader, house):
        (reading,) = reader.read([Text(TEXT)])
        judged = [asked for asked in house.asked if asked.agent == "head"]
        assert len(judged) == 1
        assert len(judged[0].data["answers"]) == 4
        assert judged[0].data["words"] == TEXT
        assert reading.notes == ()


@pytest.mark.parametrize("said", ['{"choice": 9}', '{"choice": "1"}', "the first", "{}"])
def test_a_head_that_talks_nonsense_decides_nothing(said: str) -> None:
    before = fallbacks(Cause.DISAGREEMENT)

    def script(asked: Asked) -> str:
        return said if asked.agent == "head" else torn(asked)

    with reading_by(script) as (reader, _):
        assert fell_back(reader.read([Text(TEXT)])[0], TEXT)
    assert fallbacks(Cause.DISAGREEMENT) == before + 1


def test_without_a_head_disagreement_is_told() -> None:
    with reading_by(torn, judge=False) as (reader, house):
        assert fell_back(reader.read([Text(TEXT)])[0], TEXT)
        assert len(house.asked) == 5


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"tokens_per_reading": 4000}, Cause.BUDGET),
        ({"tokens_per_minute": 4000}, Cause.BUDGET),
        ({"tokens_per_hour": 4000}, Cause.BUDGET),
        ({"texts_at_once": 1}, Cause.CROWD),
    ],
)
def test_what_goes_beyond_the_means_is_left_to_the_other_reader(
    changes: dict[str, Any], cause: Cause
) -> None:
    before = fallbacks(cause)
    with reading_by(honest, **changes) as (reader, house):
        readings = reader.read([Text(TEXT), Text("another")])
        assert fell_back(readings[0], TEXT)
        assert fell_back(readings[1], "another")
        assert len(house.asked) <= 4
    assert fallbacks(cause) == before + 2


def test_no_more_calls_are_under_way_than_allowed() -> None:
    most = 0
    under_way = 0

    def script(asked: Asked) -> str:
        nonlocal most, under_way
        with house.lock:
            under_way += 1
            most = max(most, under_way)
        said = honest(asked)
        with house.lock:
            under_way -= 1
        return said

    with reading_by(script, most_calls=2) as (reader, house):
        assert all(not each.notes for each in reader.read([Text(each) for each in "abcdef"]))
    assert most <= 2


def test_tokens_come_back_with_time_and_unspent_ones_at_once() -> None:
    now = [0.0]
    purse = Purse(Budget(600, 10_000, lambda: now[0]), 5000)
    purse.reserve(600)
    with pytest.raises(LlmError):
        purse.reserve(1)
    purse.settle(600, 500)
    purse.reserve(100)
    now[0] = 30.0
    purse.reserve(300)
    with pytest.raises(LlmError):
        purse.reserve(1)


@pytest.mark.parametrize(("text", "tokens"), [("", 1), ("a" * 300, 101), ("가" * 300, 301)])
def test_tokens_are_guessed_with_caution(text: str, tokens: int) -> None:
    assert tokens_in(text) == tokens


def test_a_closed_reader_leaves_no_thread() -> None:
    import threading

    with reading_by(honest) as (reader, _):
        reader.read([Text(TEXT)])
        assert any(thread.name == "mood-llm" for thread in threading.enumerate())
    assert not any(thread.name == "mood-llm" for thread in threading.enumerate())


def test_neither_key_nor_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reader = made("http://127.0.0.1:9/v1", key=SecretStr("sk-very-secret"))
    reader.load()
    (reading,) = reader.read([Text("my private rain")])
    reader.close()
    assert reading.notes == (NoteCode.MOOD_FALLBACK,)
    assert "sk-very-secret" not in caplog.text + repr(reader._endpoint._terms)
    assert "private" not in caplog.text


LOCAL: dict[str, Any] = {"backend": "llm", "llm_url": "http://localhost:1/v1", "llm_model": "m"}


@pytest.mark.parametrize(
    "changes",
    [
        {"llm_url": ""},
        {"llm_model": ""},
        {"llm_url": "http://example.org/v1"},
        {"llm_url": "http://10.0.0.7/v1", "llm_plain_http_host": "vllm"},
        {"llm_url": "https://user:word@example.org/v1"},
        {"llm_url": "https://example.org/v1?key=1"},
        {"llm_url": "ftp://example.org/v1"},
        {"llm_url": "https://"},
        {"llm_url": "http://[::1"},
        {"llm_call_timeout_seconds": 8.0},
        {"llm_api_key": "a", "llm_api_key_file": "b"},
        {"llm_agents": 2},
    ],
)
def test_settings_that_would_fail_or_tell_others_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MoodSettings(**{**LOCAL, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"llm_url": "http://[::1]:1/v1"},
        {"llm_url": "https://example.org/v1"},
        {"llm_url": "http://vllm:8000/v1", "llm_plain_http_host": "vllm"},
    ],
)
def test_the_settings_open_the_reader(changes: dict[str, Any]) -> None:
    settings = MoodSettings(**{**LOCAL, **changes})
    reader = opened(settings)
    assert isinstance(reader, LlmReader)
    assert reader.model.version.startswith("m/")
    reader.close()


def test_certificates_that_cannot_be_read_are_told_at_start(tmp_path: Path) -> None:
    secure = {**LOCAL, "llm_url": "https://example.org/v1"}
    path = tmp_path / "ca.pem"
    with pytest.raises(FileNotFoundError):
        opened(MoodSettings(**secure, llm_ca_file=path))
    path.write_text("no certificate", encoding="utf-8")
    with pytest.raises(OSError, match="NO_CERTIFICATE"):
        opened(MoodSettings(**secure, llm_ca_file=path))


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("sk-file\n", encoding="utf-8")
    reader = opened(MoodSettings(**LOCAL, llm_api_key_file=path))
    assert isinstance(reader, LlmReader)
    key = reader._endpoint._terms.key
    assert key is not None
    assert key.get_secret_value() == "sk-file"
    reader.close()
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(TokenFileError):
        opened(MoodSettings(**LOCAL, llm_api_key_file=path))
