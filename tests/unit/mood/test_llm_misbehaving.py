"""An endpoint that misbehaves costs little time, and the embedding backend's reading is given."""

import json
import socket
import time
from typing import Any

import pytest

from services.mood.backends.llm.failures import Cause
from services.mood.domain import Text
from tests.unit.mood.llm_readers import HASTY, fallbacks, fell_back, made, reading_by
from tests.unit.mood.scripted_endpoint import Asked, Talk, answer, completion, honest

TEXT = "rainy drive home"
HANG_SECONDS = 60.0
SOON_SECONDS = 15.0
GOOD = json.dumps(answer("rainy"))


def status(code: int, body: bytes = b"", **headers: str) -> Any:
    return lambda _: lambda talk: talk.answer(code, body, **headers)


def body(content: bytes, **headers: str) -> Any:
    return status(200, content, **headers)


def says(content: str) -> Any:
    return lambda _: content


def hangs(talk: Talk) -> None:
    talk.server.house.over.wait(HANG_SECONDS)


def drops(talk: Talk) -> None:
    talk.connection.shutdown(socket.SHUT_RDWR)
    talk.close_connection = True


def says_half(talk: Talk) -> None:
    whole = completion(GOOD)
    talk.send_response(200)
    talk.send_header("content-length", str(len(whole)))
    talk.end_headers()
    talk.wfile.write(whole[: len(whole) // 2])
    talk.close_connection = True


def never_closes(talk: Talk) -> None:
    talk.send_response(200)
    talk.end_headers()
    talk.wfile.write(completion(GOOD))
    talk.server.house.over.wait(HANG_SECONDS)


def drips(talk: Talk) -> None:
    talk.send_response(200)
    talk.end_headers()
    while not talk.server.house.over.wait(0.05):
        talk.wfile.write(b" ")


def floods(talk: Talk) -> None:
    talk.send_response(200)
    talk.send_header("content-type", "application/json")
    talk.end_headers()
    piece = b" " * 65_536
    for _ in range(1600):
        talk.wfile.write(piece)
        talk.server.house.sent_bytes += len(piece)


def without(field: str) -> str:
    return json.dumps({name: value for name, value in answer("rainy").items() if name != field})


MISBEHAVIOURS = {
    "hangs": (lambda _: hangs, Cause.TIMEOUT),
    "drops": (lambda _: drops, Cause.UNREACHABLE),
    "half an answer": (lambda _: says_half, Cause.UNREACHABLE),
    "never closes": (lambda _: never_closes, Cause.TIMEOUT),
    "drips": (lambda _: drips, Cause.TIMEOUT),
    "a flood": (lambda _: floods, Cause.BROKEN),
    "500": (status(500), Cause.BROKEN),
    "401": (status(401, b'{"error": "no"}'), Cause.DENIED),
    "403": (status(403), Cause.DENIED),
    "404": (status(404), Cause.BROKEN),
    "400": (status(400), Cause.REJECTED),
    "429 for long": (status(429, retry_after="3600"), Cause.BUSY),
    "503 without end": (status(503, retry_after="0"), Cause.BUSY),
    "a redirect": (status(307, location="http://127.0.0.1:9/v1/chat/completions"), Cause.BROKEN),
    "HTML": (body(b"<html>Sign in</html>", content_type="text/html"), Cause.BROKEN),
    "nothing": (body(b""), Cause.BROKEN),
    "an array": (body(b"[]"), Cause.BROKEN),
    "deep": (body(b"[" * 60_000), Cause.BROKEN),
    "no choices": (body(b'{"choices": []}'), Cause.BROKEN),
    "packed": (body(b"\x1f\x8b", content_encoding="gzip"), Cause.BROKEN),
    "a tool call": (body(completion(None, tool_calls=[{"id": "1"}])), Cause.NONSENSE),
    "a refusal": (body(completion(None, refusal="I cannot")), Cause.NONSENSE),
    "prose": (says("It feels sad, I would say."), Cause.NONSENSE),
    "half JSON": (says(GOOD[:-5]), Cause.NONSENSE),
    "two objects": (says(GOOD + GOOD), Cause.NONSENSE),
    "an array of answers": (says("[1, 2]"), Cause.NONSENSE),
    "nested deeply": (says('{"a":' * 1500), Cause.NONSENSE),
    "another schema": (says('{"mood": "sad"}'), Cause.NONSENSE),
    "a field missing": (says(without("quotes")), Cause.NONSENSE),
    "a field more": (says(json.dumps({**answer("rainy"), "note": "x"})), Cause.NONSENSE),
    "an unknown mood": (
        says(json.dumps(answer("rainy", moods=[{"mood": "evil", "score": 1}]))),
        Cause.NONSENSE,
    ),
    "a mood twice": (
        says(json.dumps(answer("rainy", moods=[{"mood": "sad", "score": 1}] * 2))),
        Cause.NONSENSE,
    ),
    "out of range": (says(json.dumps(answer("rainy", valence=-1.2))), Cause.NONSENSE),
    "a number as text": (says(json.dumps(answer("rainy", valence="-0.5"))), Cause.NONSENSE),
    "true for 1": (says(json.dumps(answer("rainy", confidence=True))), Cause.NONSENSE),
    "NaN": (says(GOOD.replace("-0.6", "NaN")), Cause.NONSENSE),
    "infinite": (says(GOOD.replace("-0.6", "1e999")), Cause.NONSENSE),
    "a duplicate": (says('{"valence": 1, ' + GOOD[1:]), Cause.NONSENSE),
    "a long reason": (says(json.dumps(answer("rainy", reason_en="a" * 5000))), Cause.NONSENSE),
    "many quotes": (says(json.dumps(answer("rainy", quotes=["rainy"] * 50))), Cause.NONSENSE),
    "quotes from nowhere": (says(json.dumps(answer("sunshine"))), Cause.UNSOUND),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_whatever_the_endpoint_does_there_is_a_reading(name: str) -> None:
    script, cause = MISBEHAVIOURS[name]
    before = fallbacks(cause)
    with reading_by(script, **(HASTY if cause is Cause.TIMEOUT else {})) as (reader, house):
        began = time.monotonic()
        (reading,) = reader.read([Text(TEXT)])
        assert time.monotonic() - began < SOON_SECONDS
        assert fell_back(reading, TEXT)
        assert fallbacks(cause) == before + 1
        assert not house.strayed


def test_a_flood_is_not_read_to_its_end() -> None:
    with reading_by(lambda _: floods) as (reader, house):
        reader.read([Text(TEXT)])
    assert house.sent_bytes < 50_000_000  # of five times 100 MB; most of it lies in buffers


def test_an_endpoint_that_is_not_there_is_no_trouble() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        reader = made(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", **HASTY)
        assert fell_back(reader.read([Text(TEXT)])[0], TEXT)
        reader.close()


@pytest.mark.parametrize(
    "dressed",
    [
        f"Here it is:\n```json\n{GOOD}\n```\nAnything else?",
        f"<think>{{maybe sad}}</think>\n{GOOD}",
        f"  \n{GOOD}\n",
    ],
)
def test_prose_around_one_answer_is_passed_over(dressed: str) -> None:
    with reading_by(lambda _: dressed) as (reader, house):
        (reading,) = reader.read([Text(TEXT)])
        assert reading.notes == ()
        assert reading.mood("sad") > 0.5
        assert len(house.asked) == 5


def test_an_answer_is_repaired_once_and_told_what_is_wrong() -> None:
    def script(asked: Asked) -> str:
        return honest(asked) if asked.is_repair else json.dumps({**answer("rainy"), "valence": 7})

    with reading_by(script) as (reader, house):
        (reading,) = reader.read([Text(TEXT)])
        assert reading.notes == ()
        repairs = [asked for asked in house.asked if asked.is_repair]
        assert (len(repairs), len(house.asked)) == (5, 10)
        assert "valence" in repairs[0].body["messages"][-1]["content"]


def test_an_answer_that_stays_wrong_is_asked_for_twice_only() -> None:
    with reading_by(lambda _: '{"order: obey": 1}') as (reader, house):
        reader.read([Text(TEXT)])
        assert len(house.asked) <= 10
        told = [each.body["messages"][-1]["content"] for each in house.asked if each.is_repair]
        assert not any("obey" in each for each in told)


def test_who_is_busy_is_asked_again_when_he_says() -> None:
    def script(asked: Asked) -> Any:
        if asked.number < 5:
            return lambda talk: talk.answer(429, b"", retry_after="0")
        return honest(asked)

    with reading_by(script) as (reader, house):
        assert reader.read([Text(TEXT)])[0].notes == ()
        assert len(house.asked) == 10


def test_a_server_without_schemas_is_asked_in_words() -> None:
    def script(asked: Asked) -> Any:
        if "response_format" in asked.body:
            return lambda talk: talk.answer(400, b'{"error": "unknown field response_format"}')
        return honest(asked)

    with reading_by(script) as (reader, house):
        assert reader.read([Text(TEXT)])[0].notes == ()
        tried = len(house.asked)
        assert reader.read([Text("another rainy day")])[0].notes == ()
        assert len(house.asked) == tried + 5


def test_two_agents_that_hang_do_not_hold_up_the_other_three() -> None:
    def script(asked: Asked) -> Any:
        return hangs if asked.agent in ("body", "music") else honest(asked)

    with reading_by(script, call_seconds=2.0, seconds=2.5) as (reader, _):
        (reading,) = reader.read([Text(TEXT)])
        assert reading.notes == ()
        assert reading.mood("sad") > 0.4


def test_a_dead_endpoint_is_left_alone_and_tried_again_later() -> None:
    now = [0.0]
    with reading_by(status(500), clock=lambda: now[0]) as (reader, house):
        reader.read([Text(TEXT)])
        tried = len(house.asked)
        assert fell_back(reader.read([Text(TEXT)])[0], TEXT)
        assert len(house.asked) == tried
        house.script = honest
        now[0] = 16.0
        assert reader.read([Text(TEXT)])[0].notes == ()
