"""Groups in the terminal and as a picture, and sound that is recorded while it is sent."""

import asyncio
import io
import json
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import vts
from tests.unit.sdk.answers import groups
from tests.unit.sdk.scripted import ScriptedGateway
from vts.maps import colour, map_svg
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

SVG = "{http://www.w3.org/2000/svg}"


def test_groups_are_listed_in_the_terminals_language(run) -> None:
    code, out, _ = run("groups")
    assert code == 0
    assert "Quiet evenings" in out
    assert "1,200 songs" in out
    assert "calm" in out
    assert "72 bpm" in out
    assert "조용한 저녁" in run("--locale", "ko", "groups")[1]


def test_groups_that_were_never_built_are_told_with_what_builds_them(
    run, gateway: ScriptedGateway
) -> None:
    gateway.has_groups = False
    code, _, err = run("groups")
    assert code == 1
    assert "vts cluster" in err


def test_clustering_shows_groups_and_how_well_they_hold(
    run, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    picture = tmp_path / "map.svg"
    code, out, _ = run("cluster", "--groups", "12", "--seed", "7", "--map", str(picture))
    assert code == 0
    told = " ".join(out.split())
    assert "silhouette 0.412, elbow 8 groups" in told
    assert "neural network 95.3%, XGBoost 94.8%, always the largest group 21.0%" in told
    assert (gateway.built[0].groups, gateway.built[0].random_seed) == (12, 7)
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert len(json.loads(run("cluster", "--json")[1])["points"]) == 2


def test_the_map_is_a_picture_with_songs_that_tell_their_titles() -> None:
    picture = ElementTree.fromstring(map_svg(groups(), "ko"))  # noqa: S314 - our own
    songs = [each for each in picture.iter(f"{SVG}circle") if each.get("class") == "song"]
    titles = [each.findtext(f"{SVG}title") for each in songs]
    assert titles == ["밤편지 - 아이유", '"A" & <b>']
    names = [each.text for each in picture.iter(f"{SVG}text") if each.get("class") == "name"]
    assert names == ["조용한 저녁", "Rock & <Roll>"]
    assert songs[0].get("fill") == colour(0) != songs[1].get("fill") == colour(1)
    left, right = (float(each.get("cx", "")) for each in songs)
    upper, lower = (float(each.get("cy", "")) for each in songs)
    assert left < right
    assert upper < lower
    places = [float(each.get("x", "")) for each in picture.iter(f"{SVG}text")]
    assert all(40 <= place <= 900 for place in places)


def test_fifty_groups_have_fifty_colours() -> None:
    assert len({colour(place) for place in range(50)}) == 50


def test_a_found_song_is_told_with_its_place(run) -> None:
    _, out, _ = run("recommend", "a calm evening")
    assert "Found: 밤편지 from 0:42 to 0:48, 97 % sure" in out
    assert "group: Quiet evenings (1)" in out
    assert "찾은 곡: 밤편지 0:42~0:48" in run("--locale", "ko", "recommend", "저녁")[1]


def test_a_group_is_an_input_like_others(run, gateway: ScriptedGateway) -> None:
    run("recommend", "calm", "--group", "3")
    inputs = [piece.input for piece in gateway.pieces if piece.HasField("input")]
    assert [each.WhichOneof("content") for each in inputs] == ["text", "group_id"]
    assert inputs[1].group_id == "3"


class Piped(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def isatty(self) -> bool:
        return False


def test_sound_is_read_from_a_pipe(run, gateway: ScriptedGateway, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(io.BufferedReader(io.BytesIO(b"RIFF" * 1000))))
    code, _, _ = run("recommend", "--audio", "-")
    assert code == 0
    assert b"".join(piece.chunk.data for piece in gateway.pieces) == b"RIFF" * 1000


def test_sound_that_is_not_there_is_told_before_anything_is_sent(run) -> None:
    code, _, err = run("recommend", "--audio", "none.wav")
    assert code == 2
    assert "no such file" in err


def recorded(heard: threading.Event) -> Iterator[bytes]:
    """The second piece is recorded only once the first has arrived."""
    yield b"one"
    assert heard.wait(20)
    yield b"two"


def test_pieces_are_sent_while_they_come(gateway: ScriptedGateway, address: str) -> None:
    with vts.Client(address) as client:
        client.recommend(vts.Media(recorded(gateway.first_chunk)))
    assert [piece.chunk.data for piece in gateway.pieces if piece.HasField("chunk")] == [
        b"one",
        b"two",
    ]


@pytest.mark.parametrize("is_async", [False, True])
async def test_pieces_are_sent_to_asyncio_while_they_come(
    gateway: ScriptedGateway, address: str, is_async: bool
) -> None:
    async def coming() -> AsyncIterator[bytes]:
        yield b"one"
        assert await asyncio.to_thread(gateway.first_chunk.wait, 20)
        yield b"two"

    source = coming() if is_async else recorded(gateway.first_chunk)
    async with vts.AsyncClient(address) as client:
        await client.recommend(vts.Media(source))
    assert b"".join(piece.chunk.data for piece in gateway.pieces) == b"onetwo"


def test_an_asynchronous_source_needs_the_other_client(address: str) -> None:
    async def coming() -> AsyncIterator[bytes]:
        yield b"one"

    with vts.Client(address) as client, pytest.raises(TypeError, match="AsyncClient"):
        client.recommend(vts.Media(coming()))


async def test_both_clients_build_and_get_groups(gateway: ScriptedGateway, address: str) -> None:
    with vts.Client(address) as client:
        assert client.groups(include_points=True) == groups()
        *progress, last = client.build_groups(4)
    async with vts.AsyncClient(address) as other:
        assert await other.groups(include_points=True) == groups()
        news = [each async for each in other.build_groups(4)]
        gateway.has_groups = False
        assert await other.groups() is None
    assert [each.progress.stage for each in progress] == ["mapping"]
    assert last.map == news[-1].map == groups()
    assert isinstance(last.map, recommender_pb.GroupMap)
