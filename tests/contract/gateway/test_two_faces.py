"""gRPC and REST are two faces of one gateway: the same requests get the same answers."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from tests.unit.gateway.fake_audio_features import match
from tests.unit.gateway.fake_recommender import group_map
from tests.unit.gateway.house import PHOTO, SOUND, VIDEO, House, house
from tests.unit.gateway.websockets import connected
from vts.errors import from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        waves = opened.recommender.add("Waves", has_sound=True, sound_id="kept")
        opened.recommender.add("Tides")
        opened.recommender.map = group_map()
        hit = recommender_pb.WindowHit(track=waves, score=0.9, start_seconds=[40])
        opened.recommender.hits.append(hit)
        opened.audio_features.kept["kept"] = lambda _: match(42)
        yield opened


REQUESTS = [
    [pb.Input(media=PHOTO)],
    [pb.Input(media=VIDEO, weight=0.5), pb.Input(text="but calmer")],
    [pb.Input(media=VIDEO + b"TALK CUT")],
    [pb.Input(media=SOUND), pb.Input(text="비 오는 밤")],
    [pb.Input(situation=mood_pb.Situation(weather="rain", speed_kmh=60))],
    [
        pb.Input(text="lullaby"),
        pb.Input(situation=mood_pb.Situation(activity="driving", cabin=mood_pb.Cabin(child=True))),
    ],
    [pb.Input(media=SOUND), pb.Input(group_id="g1")],
]
REFUSALS = [
    [],
    [pb.Input(text="")],
    [pb.Input(media=b"text")],
    [pb.Input(media=PHOTO + b"CORRUPT")],
    [pb.Input(track_id="00000000-0000-0000-0000-000000000000")],
    [pb.Input(text="a", weight=2)],
    [pb.Input(group_id="nobody")],
]


def settled(playlist: pb.Playlist) -> pb.Playlist:
    """A playlist without what differs from one request to the next."""
    playlist.ClearField("id")
    playlist.ClearField("stage_seconds")
    return playlist


def body(inputs: list[pb.Input]) -> dict[str, Any]:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(limit=2))
    return json_format.MessageToDict(request, preserving_proto_field_name=True)


@pytest.mark.parametrize("inputs", REQUESTS)
async def test_a_request_gets_the_same_playlist_over_both(
    home: House, inputs: list[pb.Input]
) -> None:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(limit=2))
    over_grpc = (await home.stub.Recommend(request)).playlist
    response = await home.web.post("/v1/recommendations", json=body(inputs))
    over_rest = json_format.ParseDict(response.json(), pb.RecommendResponse()).playlist
    assert settled(over_rest) == settled(over_grpc)


async def test_the_same_scenes_are_told_over_both(home: House) -> None:
    async def pieces() -> AsyncIterator[pb.RecommendStreamRequest]:
        yield pb.RecommendStreamRequest(input=pb.Input(media=VIDEO))

    news = [each async for each in home.stub.RecommendStream(pieces())]
    over_grpc = [each.scene for each in news if each.HasField("scene")]
    response = await home.web.post(
        "/v1/recommendations",
        files=[("media", ("v.mp4", VIDEO, "video/mp4"))],
        headers={"accept": "text/event-stream"},
    )
    events = [block.split("\n") for block in response.text.strip().split("\n\n")]
    told = [data.removeprefix("data: ") for name, data in events if name == "event: scene"]
    assert [json_format.Parse(each, pb.SceneNews()) for each in told] == over_grpc
    assert len(told) == 2


@pytest.mark.parametrize("inputs", REFUSALS)
async def test_a_bad_request_is_refused_alike_over_both(
    home: House, inputs: list[pb.Input]
) -> None:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(limit=2))
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.Recommend(request)
    error = from_rpc_error(refusal.value)
    response = await home.web.post("/v1/recommendations", json=body(inputs))
    problem = response.json()
    violations = {each["field"]: each["description"] for each in problem["field_violations"]}
    assert (problem["reason"], violations) == (error.reason, error.fields)
    assert problem["metadata"] == error.metadata
    assert problem["detail"] == error.message


async def test_json_in_base64_and_a_form_mean_the_same(home: House) -> None:
    files = [("media", ("p.jpg", PHOTO, "image/jpeg"))]
    form = await home.web.post("/v1/recommendations", files=files)
    photo = {"inputs": [{"media": base64.b64encode(PHOTO).decode()}]}
    plain = await home.web.post("/v1/recommendations", json=photo)
    answers = [
        settled(json_format.ParseDict(each.json(), pb.RecommendResponse()).playlist)
        for each in (form, plain)
    ]
    assert answers[0] == answers[1]


async def test_a_recording_means_the_same_as_an_upload(home: House) -> None:
    await home.gateway.http.start()
    async with connected(home.gateway.http.port) as socket:
        for message in ({"options": {"limit": 2}}, SOUND, {"end": True}):
            await socket.say(message)
        name, told = (await socket.all_news())[-1]
    await home.gateway.http.stop()
    assert name == "playlist"
    recorded = json_format.ParseDict(told, pb.Playlist())
    request = pb.RecommendRequest(inputs=[pb.Input(media=SOUND)], options=pb.Options(limit=2))
    uploaded = (await home.stub.Recommend(request)).playlist
    assert settled(recorded) == settled(uploaded)
    assert recorded.evidence[0].matches


async def test_groups_are_the_same_over_both(home: House) -> None:
    over_grpc = await home.stub.GetGroups(pb.GetGroupsRequest(include_points=True))
    response = await home.web.get("/v1/groups?include_points=true")
    assert json_format.ParseDict(response.json(), pb.GetGroupsResponse()) == over_grpc
