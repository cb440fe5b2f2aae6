"""Recordings sent while they are made, over a real WebSocket on loopback."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.rest import recordings
from servicekit.errors import ServiceError
from tests.unit.gateway.fake_recommender import group_map
from tests.unit.gateway.house import SOUND, WEBM, House, house
from tests.unit.gateway.websockets import PATH, Refused, Socket, connected
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2

END = {"end": True}
LIMITS = {"max_recording_bytes": 4096, "upload_idle_seconds": 0.5, "max_concurrent_requests": 1}


@pytest.fixture
async def open_home(home: House) -> AsyncIterator[House]:
    home.recommender.add("Waves")
    await home.gateway.http.start()
    yield home
    await home.gateway.http.stop()


def port(home: House) -> int:
    return home.gateway.http.port


async def answered(home: House, *messages: dict[str, Any] | bytes | str) -> tuple[Any, int | None]:
    """The last piece of news to what is said, and the code with which the server closes."""
    async with connected(port(home)) as socket:
        for message in messages:
            await socket.say(message)
        news = await socket.all_news()
        return news[-1], socket.close_code


async def test_a_recording_gets_the_events_of_an_upload(open_home: House) -> None:
    async with connected(port(open_home)) as socket:
        await socket.say({"options": {"limit": 3}})
        await socket.say(SOUND[:10])
        await socket.say(SOUND[10:])
        await socket.say(END)
        news = await socket.all_news()
    names = [name for name, _ in news]
    assert names[0] == "progress"
    assert names[-2:] == ["progress", "playlist"]
    assert "evidence" in names
    assert open_home.audio_features.heard == SOUND
    assert news[-1][1]["items"][0]["track"]["title"] == "Waves"
    assert socket.close_code == 1000


async def test_what_is_recorded_by_a_browser_is_listened_to(open_home: House) -> None:
    (name, playlist), _ = await answered(open_home, {"content_type": "audio/webm"}, WEBM, END)
    assert name == "playlist"
    assert playlist["evidence"][0]["kind"] == "INPUT_KIND_AUDIO"
    assert open_home.captioner.calls == 0


async def test_words_and_groups_go_along_with_a_recording(open_home: House) -> None:
    open_home.recommender.map = group_map()
    start = {"inputs": [{"text": "rain"}, {"group_id": "g1"}], "weight": 0.5}
    await answered(open_home, start, SOUND, END)
    asked = open_home.recommender.asked.evidence
    assert [part.label for part in asked] == ["audio", "text", "group"]
    assert [part.weight for part in asked] == [0.5, 1, 1]


async def test_pieces_are_taken_while_they_come(open_home: House) -> None:
    async with connected(port(open_home)) as socket:
        await socket.say({})
        news = socket.news()
        assert (await anext(news))[0] == "progress"  # though nothing was recorded yet
        for piece in (SOUND[:4], SOUND[4:]):
            await socket.say(piece)
        await socket.say(END)
        assert [name async for name, _ in news][-1] == "playlist"


@pytest.mark.parametrize(
    ("messages", "reason", "field"),
    [
        ([b"sound"], "FIELD_INVALID", "start"),
        (["not json"], "FIELD_INVALID", "start"),
        (["[]"], "FIELD_INVALID", "start"),
        ([{"colour": 1}], "FIELD_INVALID", "colour"),
        ([{"token": 1}], "FIELD_INVALID", "token"),
        ([{"weight": 2}, SOUND, END], "FIELD_INVALID", "inputs[0].weight"),
        ([{"options": {"limit": 101}}], "FIELD_INVALID", "options.limit"),
        ([{"inputs": [{"media": ""}]}], "FIELD_INVALID", "inputs[1]"),
        ([{"inputs": [{"text": " "}]}, SOUND, END], "INPUT_MISSING", "inputs[1].text"),
        ([{}, END], "INPUT_MISSING", "inputs[0]"),
        ([{}, SOUND, {"end": False}], "FIELD_INVALID", "end"),
        ([{}, b"no sound", END], "MEDIA_UNREADABLE", "inputs[0].media"),
        ([{}, SOUND + b"CORRUPT", END], "MEDIA_UNREADABLE", "inputs[0].media"),
    ],
)
async def test_what_is_not_valid_is_refused_with_its_field(
    open_home: House, messages: list[Any], reason: str, field: str
) -> None:
    (name, problem), code = await answered(open_home, *messages)
    assert (name, problem["reason"], code) == ("error", reason, 1008)
    assert problem["field_violations"][0]["field"] == field


async def limited(folder: Path, messages: list[Any], **limits: Any) -> tuple[Any, int | None]:
    async with house(folder, **(LIMITS | limits)) as home:
        home.recommender.add("Waves")
        await home.gateway.http.start()
        first = await answered(home, *messages)
        (name, _), _ = await answered(home, {}, SOUND, END)
        assert name == "playlist"  # the place is free again
        await home.gateway.http.stop()
        return first


async def test_a_recording_has_a_largest_size(tmp_path: Path) -> None:
    (_, problem), _ = await limited(tmp_path, [{}, SOUND, bytes(3000), bytes(3000)])
    assert problem["reason"] == "MEDIA_TOO_LARGE"
    assert problem["metadata"]["limit"] == "4096 bytes"


async def test_a_recording_that_brings_nothing_is_given_up(tmp_path: Path) -> None:
    (_, problem), _ = await limited(tmp_path, [{}, SOUND])
    assert problem["reason"] == "DEADLINE_EXCEEDED"


async def test_a_recording_has_a_longest_time(tmp_path: Path) -> None:
    (_, problem), _ = await limited(
        tmp_path, [{}, SOUND], recording_seconds=0.5, upload_idle_seconds=60
    )
    assert problem["reason"] == "DEADLINE_EXCEEDED"


async def test_a_connection_that_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "FIRST_SECONDS", 0.3)
    (_, problem), _ = await limited(tmp_path, [])
    assert problem["reason"] == "DEADLINE_EXCEEDED"


async def test_a_message_beyond_its_size_ends_the_connection(open_home: House) -> None:
    async with connected(port(open_home)) as socket:
        await socket.say({})
        await socket.say(bytes(1024 * 1024 + 1))
        await socket.all_news()
        assert socket.close_code == 1009


async def test_hanging_up_ends_the_work_and_frees_the_place(tmp_path: Path) -> None:
    async with house(tmp_path, max_concurrent_requests=1) as home:
        await home.gateway.http.start()
        home.audio_features.hangs = True
        async with connected(port(home)) as socket:
            for message in ({}, SOUND, END):
                await socket.say(message)
            async for _, data in socket.news():
                if data.get("stage") == "hearing":
                    break
        async with asyncio.timeout(10):
            while True:
                try:
                    with home.gateway.orchestrator.place():
                        break
                except ServiceError:
                    await asyncio.sleep(0)
        await home.gateway.http.stop()


async def refusal(home: House, path: str = PATH, **headers: str) -> tuple[int, str]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    with pytest.raises(Refused) as caught:
        async with connected(port(home), path, pairs):
            pass
    return caught.value.status, caught.value.body["detail"]


async def test_pages_of_other_sites_may_not_connect(open_home: House) -> None:
    assert (await refusal(open_home, origin="http://evil.example"))[0] == 403
    assert (await refusal(open_home, origin="null"))[0] == 403
    assert (await refusal(open_home, origin="http://[evil"))[0] == 403
    own = [(b"origin", f"http://127.0.0.1:{port(open_home)}".encode())]
    async with connected(port(open_home), headers=own) as socket:
        await socket.say({})


@pytest.mark.parametrize("path", ["/static/app.js", "/v1/tracks", "/"])
async def test_there_is_no_other_websocket(open_home: House, path: str) -> None:
    with pytest.raises(Refused) as caught:
        async with connected(port(open_home), path):
            pass
    assert caught.value.status in (403, 404)


async def test_a_full_house_refuses_before_it_opens(tmp_path: Path) -> None:
    async with house(tmp_path, max_concurrent_requests=1) as home:
        await home.gateway.http.start()
        with home.gateway.orchestrator.place():
            status, detail = await refusal(home)
        assert (status, detail) == (429, "the requests queue is full")
        await home.gateway.http.stop()


async def test_a_token_comes_in_the_first_message_or_as_a_header(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("secret\n", encoding="utf-8")
    async with house(tmp_path, auth_tokens_file=file) as home:
        home.recommender.add("Waves")
        await home.gateway.http.start()
        for start in ({}, {"token": "wrong"}):
            (name, problem), code = await answered(home, start)
            assert (name, problem["reason"], code) == ("error", "UNAUTHENTICATED", 1008)
        (name, _), _ = await answered(home, {"token": "secret"}, SOUND, END)
        assert name == "playlist"
        bearer = [(b"authorization", b"Bearer secret")]
        async with connected(port(home), headers=bearer) as socket:
            assert await last_of(socket, {}, SOUND, END) == "playlist"
        await home.gateway.http.stop()


async def test_whoever_shows_no_token_takes_no_place(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("secret\n", encoding="utf-8")
    async with house(tmp_path, auth_tokens_file=file, max_concurrent_requests=1) as home:
        await home.gateway.http.start()
        async with connected(port(home)), connected(port(home)) as second:
            with home.gateway.orchestrator.place():
                assert await last_of(second, {"token": "secret"}) == "error"
        await home.gateway.http.stop()


async def last_of(socket: Socket, *messages: Any) -> str:
    for message in messages:
        await socket.say(message)
    return (await socket.all_news())[-1][0]


async def test_over_grpc_pieces_are_taken_while_they_come_too(home: House) -> None:
    home.recommender.add("Waves")
    has_begun = asyncio.Event()

    async def pieces() -> AsyncIterator[pb.RecommendStreamRequest]:
        yield pb.RecommendStreamRequest(input=pb.Input())
        await has_begun.wait()  # until there is news of the upload
        for data in (SOUND[:9], SOUND[9:]):
            yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=data))

    kinds = []
    async for news in home.stub.RecommendStream(pieces(), timeout=20):
        has_begun.set()
        kinds.append(news.WhichOneof("news"))
    assert kinds[-1] == "playlist"
    assert home.audio_features.heard == SOUND
