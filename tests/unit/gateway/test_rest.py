"""Recommendations over REST: forms, JSON, events and problem documents."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.gateway.house import PHOTO, SOUND, WEBM, House, house
from tests.unit.gateway.problems import field_of
from vts.moods import MOODS

WORDS = {"inputs": [{"text": "quiet evening"}]}


async def test_a_form_may_mix_inputs_in_the_documented_order(home: House) -> None:
    song = home.recommender.add("Waves")
    home.recommender.add("Tides")
    response = await home.web.post(
        "/v1/recommendations",
        files=[
            ("media", ("p.jpg", PHOTO, "image/jpeg")),
            ("media", ("s.wav", SOUND, "audio/wav")),
        ],
        data={
            "text": ["one", "둘"],
            "situation": json.dumps({"local_time": "23:10"}),
            "track_id": song.id,
            "weights": json.dumps([0.5, 1, None, 0.25, 1, 1]),
            "options": json.dumps({"limit": 1}),
        },
    )
    assert response.status_code == 200
    playlist = response.json()["playlist"]
    kinds = [each["kind"].removeprefix("INPUT_KIND_") for each in playlist["evidence"]]
    assert kinds == ["PHOTO", "AUDIO", "TEXT", "TEXT", "SITUATION", "TRACK"]
    assert [each["weight"] for each in playlist["evidence"]] == [0.5, 1, 1, 0.25, 1, 1]
    assert [item["track"]["title"] for item in playlist["items"]] == ["Tides"]
    assert home.captioner.seen == PHOTO


async def test_a_json_request_carries_media_in_base64(home: House) -> None:
    home.recommender.add("Waves", tags_ko=["노을"])
    photo = {"media": base64.b64encode(PHOTO).decode(), "weight": 1}
    body = {"inputs": [photo], "options": {"filters": {"year_from": 1990}}}
    response = await home.web.post("/v1/recommendations", json=body)
    playlist = response.json()["playlist"]
    assert playlist["items"][0]["reason"]["ko"]
    assert playlist["moods"][0]["mood"] == MOODS[0]
    assert home.recommender.asked.filters.year_from == 1990
    assert home.captioner.seen == PHOTO


async def test_a_recording_declared_as_sound_is_only_listened_to(home: House) -> None:
    files = [("media", ("r.webm", WEBM, "audio/webm;codecs=opus"))]
    response = await home.web.post("/v1/recommendations", files=files)
    assert response.json()["playlist"]["evidence"][0]["kind"] == "INPUT_KIND_AUDIO"
    assert home.captioner.calls == 0


async def test_a_declared_type_is_never_believed_over_the_bytes(home: House) -> None:
    files = [("media", ("p.jpg", PHOTO, "audio/mpeg"))]
    response = await home.web.post("/v1/recommendations", files=files)
    assert response.json()["playlist"]["evidence"][0]["kind"] == "INPUT_KIND_PHOTO"


BAD_JSON: list[tuple[Any, str, str]] = [
    ({}, "INPUT_MISSING", "inputs"),
    ([], "FIELD_INVALID", "body"),
    ({"input": []}, "FIELD_INVALID", "input"),
    ({"inputs": {}}, "FIELD_INVALID", "inputs"),
    ({"inputs": [None]}, "FIELD_INVALID", "inputs[0]"),
    ({"inputs": [{"text": 5}]}, "FIELD_INVALID", "inputs[0].text"),
    ({"inputs": [{"text": "\u200b\u202e\x01"}]}, "INPUT_MISSING", "inputs[0].text"),
    ({"inputs": [{"text": "\ud800"}]}, "FIELD_INVALID", "inputs[0].text"),
    ({"inputs": [{"text": "a", "track_id": "b"}]}, "FIELD_INVALID", "inputs[0].track_id"),
    ({"inputs": [{"media": "%"}]}, "FIELD_INVALID", "inputs[0].media"),
    ({"inputs": [{"media": ""}]}, "MEDIA_UNREADABLE", "inputs[0].media"),
    ({"inputs": [{"text": "a", "weight": "x"}]}, "FIELD_INVALID", "inputs[0].weight"),
    ({"inputs": [{"situation": {"wether": 1}}]}, "FIELD_INVALID", "inputs[0].situation.wether"),
    ({**WORDS, "options": {"limit": 1.5}}, "FIELD_INVALID", "options.limit"),
    ({**WORDS, "options": {"limit": 2**40}}, "FIELD_INVALID", "options.limit"),
    ({**WORDS, "options": {"limit": True}}, "FIELD_INVALID", "options.limit"),
    ({**WORDS, "options": {"filters": {"genres": ["a", 1]}}}, "FIELD_INVALID", ""),
    (
        {**WORDS, "options": {"filters": {"only_with_sound": "yes"}}},
        "FIELD_INVALID",
        "options.filters.only_with_sound",
    ),
]


@pytest.mark.parametrize(("body", "reason", "field"), BAD_JSON)
async def test_bad_json_names_the_field(home: House, body: Any, reason: str, field: str) -> None:
    content = json.dumps(body)
    response = await home.web.post(
        "/v1/recommendations", content=content, headers={"content-type": "application/json"}
    )
    status, told, blamed = field_of(response)
    assert (status, told) == (400, reason)
    assert blamed == (field or "options.filters.genres[1]")


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b"1" * 5000])
async def test_what_is_not_json_is_refused(home: House, content: bytes) -> None:
    response = await home.web.post(
        "/v1/recommendations", content=content, headers={"content-type": "application/json"}
    )
    assert field_of(response) == (400, "FIELD_INVALID", "body")


BAD_FORMS: list[tuple[dict[str, Any], list[Any], str]] = [
    ({"text": "a", "weights": "[1, 1]"}, [], "weights"),
    ({"text": "a", "weights": "{"}, [], "weights"),
    ({"text": "a", "weights": "[2]"}, [], "inputs[0].weight"),
    ({"text": "a", "weights": '["x"]'}, [], "inputs[0].weight"),
    ({"text": "a", "options": '{"limits": 3}'}, [], "options.limits"),
    ({"text": "a", "options": '{"limit": 300}'}, [], "options.limit"),
    ({"situation": '{"weather": 3}'}, [], "situation.weather"),
    ({"situation": ["{}", "{}"]}, [], "situation"),
    ({"text": "a", "colour": "red"}, [], "colour"),
    ({"media": "not a file", "text": "a"}, [], "media"),
    ({}, [("text", ("t.txt", b"a", "text/plain"))], "text"),
    ({}, [("options", (None, b"{}", None))], "inputs"),
    ({}, [("media", ("e.jpg", b"", "image/jpeg"))], "inputs[0].media"),
    ({}, [("media", ("t.jpg", b"text", "image/jpeg"))], "inputs[0].media"),
    ({"text": ["a"] * 9}, [], "inputs"),
    ({}, [("media", (f"{at}.jpg", PHOTO, "image/jpeg")) for at in range(9)], "body"),
    ({"text": "a" * 200_000}, [], "body"),
]


@pytest.mark.parametrize(("data", "files", "field"), BAD_FORMS)
async def test_a_bad_form_names_the_part(
    home: House, data: dict[str, Any], files: list[Any], field: str
) -> None:
    parts = [
        (name, (None, value))
        for name, given in data.items()
        for value in (given if isinstance(given, list) else [given])
    ]
    response = await home.web.post("/v1/recommendations", files=[*parts, *files])
    status, _, blamed = field_of(response)
    assert (status, blamed) == (400, field)


def form(*parts: str, end: str = "--b--\r\n") -> dict[str, Any]:
    """A form as it travels: each part a header line and a value."""
    bodies = (f"--b\r\ncontent-disposition: form-data; {part}\r\n" for part in parts)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return {"content": ("".join(bodies) + end).encode(), "headers": headers}


async def test_a_file_field_left_empty_is_no_input(home: House) -> None:
    home.recommender.add("Waves")
    sent = form('name="media"; filename=""\r\n\r\n', 'name="text"\r\n\r\nrain')
    response = await home.web.post("/v1/recommendations", **sent)
    assert [each["kind"] for each in response.json()["playlist"]["evidence"]] == ["INPUT_KIND_TEXT"]


async def test_a_form_that_is_cut_short_is_not_read_as_whole(home: House) -> None:
    sent = form('name="text"\r\n\r\nrain', 'name="text"\r\n\r\nbut calm', end="")
    response = await home.web.post("/v1/recommendations", **sent)
    assert field_of(response) == (400, "FIELD_INVALID", "body")


async def test_a_body_of_another_kind_is_refused(home: House) -> None:
    response = await home.web.post("/v1/recommendations", content=b"hello")
    assert field_of(response) == (400, "FIELD_INVALID", "content-type")


async def test_an_upload_is_refused_by_its_declared_size_before_it_is_read(tmp_path: Path) -> None:
    async with house(tmp_path, max_upload_bytes=2048) as home:

        async def body() -> Any:
            yield b"--x\r\n"
            raise AssertionError("read on after the refusal")

        response = await home.web.post(
            "/v1/recommendations",
            content=body(),
            headers={
                "content-type": "multipart/form-data; boundary=x",
                "content-length": str(2**40),
            },
        )
        assert field_of(response) == (413, "MEDIA_TOO_LARGE", "media")
        assert response.json()["metadata"]["limit"] == "2048 bytes"


async def test_an_upload_without_a_size_is_refused_once_it_is_too_long(tmp_path: Path) -> None:
    async with house(tmp_path, max_upload_bytes=2048) as home:
        sent = 0

        async def body() -> Any:
            nonlocal sent
            yield b'--x\r\ncontent-disposition: form-data; name="media"; filename="a"\r\n\r\n'
            while sent < 100:
                sent += 1
                yield bytes(1024 * 1024)

        response = await home.web.post(
            "/v1/recommendations",
            content=body(),
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        assert field_of(response)[:2] == (413, "MEDIA_TOO_LARGE")
        assert sent < 5


async def test_a_form_is_refused_if_its_files_are_too_large_together(tmp_path: Path) -> None:
    async with house(tmp_path, max_upload_bytes=2048) as home:
        files = [("media", (str(at), PHOTO + bytes(1500), "")) for at in range(2)]
        response = await home.web.post("/v1/recommendations", files=files)
        assert field_of(response) == (413, "MEDIA_TOO_LARGE", "media")


async def test_too_many_requests_are_told_when_to_come_back(tmp_path: Path) -> None:
    async with house(tmp_path, max_concurrent_requests=1) as home:
        with home.gateway.orchestrator.place():
            response = await home.web.post("/v1/recommendations", json=WORDS)
        assert field_of(response) == (429, "QUEUE_FULL", "")
        assert response.headers["retry-after"] == "1"


async def test_a_service_that_is_down_becomes_503(tmp_path: Path) -> None:
    async with house(tmp_path, down=["mood"]) as home:
        response = await home.web.post("/v1/recommendations", json=WORDS)
        assert field_of(response) == (503, "DEPENDENCY_UNAVAILABLE", "")
        assert response.json()["metadata"] == {"service": "mood"}


async def test_events_are_named_and_end_with_the_playlist(home: House) -> None:
    home.recommender.add("Waves")
    response = await home.web.post(
        "/v1/recommendations", json=WORDS, headers={"accept": "text/event-stream"}
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    assert [name for name, _ in found] == ["progress", "evidence", "progress", "playlist"]
    assert found[1][1]["kind"] == "INPUT_KIND_TEXT"
    assert found[-1][1]["items"][0]["track"]["title"] == "Waves"


async def test_an_event_stream_ends_with_the_problem(home: House) -> None:
    body = {"inputs": [{"media": base64.b64encode(PHOTO + b"CORRUPT").decode()}]}
    response = await home.web.post(
        "/v1/recommendations", json=body, headers={"accept": "text/event-stream"}
    )
    name, data = events(response.text)[-1]
    assert name == "error"
    assert data["reason"] == "MEDIA_UNREADABLE"
    assert data["field_violations"][0]["field"] == "inputs[0].media"


async def test_an_event_stream_of_a_bad_request_has_a_status_of_its_own(home: House) -> None:
    response = await home.web.post(
        "/v1/recommendations", json={}, headers={"accept": "text/event-stream"}
    )
    assert field_of(response) == (400, "INPUT_MISSING", "inputs")


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(name[7:], json.loads(data[6:])) for name, data in blocks]
