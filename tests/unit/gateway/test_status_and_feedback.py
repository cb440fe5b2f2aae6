"""Status, names and feedback over gRPC."""

from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.unit.gateway.house import NOWHERE, House, house
from vts.errors import from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


async def test_status_tells_of_every_service_and_the_catalogue(home: House) -> None:
    home.recommender.add("Waves")
    status = await home.stub.GetStatus(pb.GetStatusRequest())
    states = {each.name: each.state for each in status.services}
    names = ("captioner", "mood", "audio_features", "recommender")
    assert states == dict.fromkeys(names, "SERVING")
    assert status.catalogue.tracks == 1
    assert status.sound_bytes == 0


async def test_status_answers_while_services_are_down(tmp_path: Path) -> None:
    async with house(tmp_path, down=["mood", "recommender"]) as home:
        status = await home.stub.GetStatus(pb.GetStatusRequest())
        states = {each.name: each for each in status.services}
        assert states["mood"].state == "UNREACHABLE"
        assert states["mood"].address == NOWHERE
        assert states["captioner"].state == "SERVING"
        assert not status.HasField("catalogue")


async def test_songs_are_found_by_name(home: House) -> None:
    home.recommender.add("Waves")
    found = await home.stub.FindTracks(pb.FindTracksRequest(query=" wav "))
    assert [each.track.title for each in found.tracks] == ["Waves"]


@pytest.mark.parametrize(("query", "limit", "field"), [("", 0, "query"), ("a", -1, "limit")])
async def test_a_bad_search_is_refused(home: House, query: str, limit: int, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.FindTracks(pb.FindTracksRequest(query=query, limit=limit))
    assert list(from_rpc_error(refusal.value).fields) == [field]


async def test_feedback_is_kept(home: House) -> None:
    song = home.recommender.add("Waves")
    kind = recommender_pb.FEEDBACK_KIND_LIKE
    await home.stub.SendFeedback(
        pb.SendFeedbackRequest(user_id="me", track_id=song.id, kind=kind, playlist_id="p")
    )
    assert [each.kind for each in home.recommender.feedback] == [kind]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"track_id": "x", "user_id": "me", "kind": 1}, "track_id"),
        ({"user_id": "", "kind": 1}, "user_id"),
        ({"user_id": "me"}, "kind"),
    ],
)
async def test_bad_feedback_is_refused(home: House, fields: dict[str, Any], field: str) -> None:
    song = home.recommender.add("Waves")
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.SendFeedback(pb.SendFeedbackRequest(**{"track_id": song.id, **fields}))
    assert list(from_rpc_error(refusal.value).fields) == [field]


async def test_feedback_on_an_unknown_song_is_not_found(home: House) -> None:
    missing = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.SendFeedback(
            pb.SendFeedbackRequest(user_id="me", track_id=missing, kind="FEEDBACK_KIND_LIKE")
        )
    assert from_rpc_error(refusal.value).reason == "TRACK_NOT_FOUND"
