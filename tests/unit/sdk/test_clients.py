import asyncio
from pathlib import Path

import grpc
import pytest

import vts
from tests.unit.sdk.answers import refusal
from tests.unit.sdk.scripted import ScriptedGateway
from vts.errors import InvalidRequestError, UnavailableError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.inputs import CHUNK_BYTES
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


def test_a_large_file_travels_in_chunks_after_its_header(
    gateway: ScriptedGateway, address: str, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 2048
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(content)
    with vts.Client(address) as client:
        client.recommend(
            vts.Media(photo, weight=0.5), vts.text("calmer"), options=pb.Options(limit=3)
        )
    kinds = [piece.WhichOneof("piece") for piece in gateway.pieces]
    assert kinds == ["options", "input", "chunk", "chunk", "input"]
    assert b"".join(piece.chunk.data for piece in gateway.pieces) == content
    assert max(len(piece.chunk.data) for piece in gateway.pieces) == CHUNK_BYTES
    assert gateway.pieces[1].input.weight == pytest.approx(0.5)
    assert not gateway.pieces[4].input.HasField("weight")


def test_the_listener_hears_progress_before_the_playlist(address: str) -> None:
    heard: list[str | None] = []
    with vts.Client(address) as client:
        answer = client.recommend(
            vts.text("calm"), listener=lambda news: heard.append(news.WhichOneof("news"))
        )
    assert heard == ["progress", "scene", "scene", "playlist"]
    assert answer.items[0].track.title == "밤편지"


class Enough(Exception):  # noqa: N818
    """A listener has heard enough."""


def stop(_: pb.RecommendStreamResponse) -> None:
    raise Enough


def test_a_listener_that_raises_ends_the_call(gateway: ScriptedGateway, address: str) -> None:
    gateway.waits = True
    with vts.Client(address) as client:
        with pytest.raises(Enough):
            client.recommend(vts.text("calm"), listener=stop)
        assert gateway.ended.wait(10)


async def test_a_listener_that_raises_ends_the_call_in_asyncio_too(
    gateway: ScriptedGateway, address: str
) -> None:
    gateway.waits = True
    async with vts.AsyncClient(address) as client:
        with pytest.raises(Enough):
            await client.recommend(vts.text("calm"), listener=stop)
        assert await asyncio.to_thread(gateway.ended.wait, 10)


async def test_scenes_can_be_iterated_over_as_they_come(address: str) -> None:
    async with vts.AsyncClient(address) as client:
        news = [each async for each in client.recommend_stream([vts.text("calm")])]
    scenes = [each.scene.scene for each in news if each.HasField("scene")]
    assert [scene.start_seconds for scene in scenes] == [0, 62]


def test_a_refusal_names_the_field_and_the_reason(gateway: ScriptedGateway, address: str) -> None:
    gateway.failure = refusal()
    with vts.Client(address) as client, pytest.raises(InvalidRequestError) as caught:
        client.recommend(vts.text("calm"))
    assert caught.value.reason == "FIELD_INVALID"
    assert caught.value.fields == {"options.limit": "must be 1 to 100"}
    assert caught.value.metadata == {"limit": "100"}
    assert "options.limit: must be 1 to 100" in str(caught.value)


def test_a_gateway_that_is_not_there_is_unavailable() -> None:
    with vts.Client("127.0.0.1:1", timeout_seconds=5) as client, pytest.raises(UnavailableError):
        client.status()


def test_the_token_travels_and_is_not_shown(gateway: ScriptedGateway, address: str) -> None:
    with vts.Client(address, token="sesame") as client:
        client.status()
    assert gateway.metadata["authorization"] == "Bearer sesame"


def test_a_connection_never_shows_its_token() -> None:
    from vts.connections import Connection

    assert "sesame" not in repr(Connection("h:1", token="sesame"))


async def test_the_async_client_makes_the_same_calls(
    gateway: ScriptedGateway, address: str, tmp_path: Path
) -> None:
    sound = tmp_path / "a.wav"
    sound.write_bytes(b"RIFF")
    draft = vts.Draft(pb.TrackDraft(sound_follows=True), sound)
    async with vts.AsyncClient(address) as client:
        answer = await client.recommend(vts.text("calm"))
        found = await client.find("밤편지")
        similar = await client.similar("id")
        status = await client.status()
        await client.send_feedback("me", "id", recommender_pb.FEEDBACK_KIND_LIKE)
        verdicts = [verdict async for verdict in client.import_tracks([draft])]
    assert answer == similar
    assert found[0].score == 1.0
    assert status.catalogue.tracks == 2
    assert [verdict.outcome for verdict in verdicts] == [pb.IMPORT_OUTCOME_ADDED]
    assert [piece.WhichOneof("piece") for piece in gateway.imported] == ["draft", "chunk"]


async def test_the_async_client_translates_errors_too(
    gateway: ScriptedGateway, address: str
) -> None:
    gateway.failure = refusal("inputs")
    async with vts.AsyncClient(address) as client:
        with pytest.raises(InvalidRequestError) as caught:
            await client.recommend(vts.text("calm"))
    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "inputs" in caught.value.fields


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        vts.nonsense  # noqa: B018


def test_an_error_says_each_thing_once_and_which_files_can_be_read() -> None:
    error = InvalidRequestError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "media: is empty",
        "MEDIA_UNREADABLE",
        {"media": "is empty", "limit": "must be 1 to 100"},
        {"readable": "JPEG and WAV"},
    )
    assert str(error).split("\n  ") == [
        "media: is empty",
        "limit: must be 1 to 100",
        "can be read: JPEG and WAV",
    ]


def test_a_file_that_is_not_there_is_told_as_such(address: str, tmp_path: Path) -> None:
    with vts.Client(address) as client, pytest.raises(FileNotFoundError):
        client.recommend(vts.Media(tmp_path / "none.jpg"))


async def test_a_file_that_is_not_there_is_told_to_asyncio_too(
    address: str, tmp_path: Path
) -> None:
    async with vts.AsyncClient(address) as client:
        with pytest.raises(FileNotFoundError):
            await client.recommend(vts.Media(tmp_path / "none.jpg"))
