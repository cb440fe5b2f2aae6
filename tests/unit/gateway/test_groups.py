"""Groups of songs that sound alike: shown, built anew, and picked as an input."""

import json
from collections.abc import Awaitable
from typing import Any

import grpc
import pytest

from servicekit.errors import ServiceError
from tests.unit.gateway.fake_recommender import group_map
from tests.unit.gateway.fakes import full, unit
from tests.unit.gateway.house import SOUND, House
from tests.unit.gateway.problems import field_of
from vts.errors import from_rpc_error
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

TOO_FEW = ServiceError(
    grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.ERROR_REASON_TOO_FEW_SONGS,
    "10 groups need 20 songs with sound, and there are 3",
    metadata={"needed": "20", "given": "3"},
)


async def playlist(home: House, *inputs: pb.Input, **options: Any) -> pb.Playlist:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(**options))
    return (await home.stub.Recommend(request, timeout=20)).playlist


async def reason_of(call: Awaitable[Any]) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return from_rpc_error(caught.value).reason


async def built(home: House, request: pb.BuildGroupsRequest) -> list[pb.BuildGroupsResponse]:
    return [each async for each in home.stub.BuildGroups(request, timeout=20)]


async def test_groups_that_were_never_built_are_no_error(home: House) -> None:
    assert not (await home.stub.GetGroups(pb.GetGroupsRequest())).HasField("map")
    response = await home.web.get("/v1/groups")
    assert (response.status_code, response.json()) == (200, {})


async def test_the_map_comes_where_it_is_wanted(home: House) -> None:
    home.recommender.map = group_map()
    bare = (await home.stub.GetGroups(pb.GetGroupsRequest())).map
    whole = (await home.stub.GetGroups(pb.GetGroupsRequest(include_points=True))).map
    assert (len(bare.groups), len(bare.points), len(whole.points)) == (2, 0, 3)
    over_rest = (await home.web.get("/v1/groups?include_points=true")).json()["map"]
    assert [each["title"] for each in over_rest["points"]] == ["Waves", "Tides", "Go"]
    assert over_rest["groups"][0]["name"] == {"en": "Quiet nights", "ko": "고요한 밤"}


async def test_building_tells_how_far_it_is_and_ends_with_the_groups(home: House) -> None:
    news = await built(home, pb.BuildGroupsRequest(groups=2))
    assert [each.WhichOneof("news") for each in news] == ["progress", "map"]
    assert len(news[-1].map.groups) == 2


async def test_building_over_rest_sends_events_or_the_groups_alone(home: House) -> None:
    headers = {"accept": "text/event-stream"}
    told = (await home.web.post("/v1/groups", json={"groups": 2}, headers=headers)).text
    assert [line for line in told.splitlines() if line.startswith("event")] == [
        "event: progress",
        "event: map",
    ]
    alone = await home.web.post("/v1/groups", json={})
    assert len(alone.json()["map"]["groups"]) == 2
    progress = json.loads(told.splitlines()[1].removeprefix("data: "))
    assert progress["message"]["ko"] == "지도를 그리는 중입니다"


async def test_too_few_songs_are_refused_alike_over_both(home: House) -> None:
    home.recommender.building_failure = TOO_FEW
    assert await reason_of(built(home, pb.BuildGroupsRequest())) == "TOO_FEW_SONGS"
    for accept in ("application/json", "text/event-stream"):
        response = await home.web.post("/v1/groups", json={}, headers={"accept": accept})
        assert field_of(response) == (400, "TOO_FEW_SONGS", "")
        assert response.json()["metadata"]["needed"] == "20"


async def test_groups_are_built_once_at_a_time(home: House) -> None:
    home.recommender.building_failure = full("groups")
    assert await reason_of(built(home, pb.BuildGroupsRequest())) == "QUEUE_FULL"
    response = await home.web.post("/v1/groups", json={})
    assert response.status_code == 429
    assert response.headers["retry-after"]


@pytest.mark.parametrize("count", [1, 51, -3])
async def test_a_number_of_groups_out_of_range_is_refused(home: House, count: int) -> None:
    assert await reason_of(built(home, pb.BuildGroupsRequest(groups=count))) == "FIELD_INVALID"
    response = await home.web.post("/v1/groups", json={"groups": count})
    assert field_of(response) == (400, "FIELD_INVALID", "groups")


async def test_a_group_is_an_input_by_its_centre_moods_and_place(home: House) -> None:
    home.recommender.map = group_map()
    home.recommender.add("Waves")
    found = await playlist(home, pb.Input(group_id="g1"))
    asked = home.recommender.asked
    [part] = asked.evidence
    assert (part.label, list(asked.filters.groups)) == ("group", ["g1"])
    assert list(part.audio_embedding) == unit("quiet", 128)
    assert part.affect.arousal < 0
    assert [word.text for word in part.keywords] == ["night"]
    [evidence] = found.evidence
    assert evidence.kind == pb.INPUT_KIND_GROUP
    assert not evidence.group.audio_embedding
    assert evidence.summary.en == "“Quiet nights”: 2 songs that sound alike. It feels calm."
    assert evidence.summary.ko == "소리가 닮은 2곡을 모은 ‘고요한 밤’입니다. 차분한 느낌입니다."
    assert (found.title.en, found.title.ko) == ("Quiet nights", "고요한 밤")
    assert "“Quiet nights”" in found.items[0].reason.en


async def test_several_groups_let_the_songs_of_all_appear(home: House) -> None:
    home.recommender.map = group_map()
    await playlist(home, pb.Input(group_id="g1"), pb.Input(group_id="g2"))
    assert list(home.recommender.asked.filters.groups) == ["g1", "g2"]


async def test_a_filter_of_groups_narrows_the_groups_given(home: House) -> None:
    home.recommender.map = group_map()
    both = [pb.Input(group_id="g1"), pb.Input(group_id="g2")]
    await playlist(home, *both, filters=recommender_pb.Filters(groups=["g2"]))
    assert list(home.recommender.asked.filters.groups) == ["g2"]
    other = playlist(home, both[0], filters=recommender_pb.Filters(groups=["g2"]))
    assert await reason_of(other) == "FIELD_INVALID"


async def test_a_group_mixes_with_words(home: House) -> None:
    home.recommender.map = group_map()
    await playlist(home, pb.Input(group_id="g1"), pb.Input(text="rain"))
    assert [part.label for part in home.recommender.asked.evidence] == ["group", "text"]


async def test_a_group_over_rest_comes_in_a_form_too(home: House) -> None:
    home.recommender.map = group_map()
    files = [("group_id", (None, "g1"))]
    response = await home.web.post("/v1/recommendations", files=files)
    assert response.json()["playlist"]["evidence"][0]["kind"] == "INPUT_KIND_GROUP"


async def test_an_unknown_group_is_refused_and_missing_groups_said(home: House) -> None:
    assert await reason_of(playlist(home, pb.Input(group_id="g1"))) == "GROUPS_MISSING"
    home.recommender.map = group_map()
    assert (await playlist(home, pb.Input(group_id="g1"))).id  # noticed at once
    response = await home.web.post("/v1/recommendations", json={"inputs": [{"group_id": "g9"}]})
    assert field_of(response) == (400, "FIELD_INVALID", "inputs[0].group_id")


async def test_a_sound_tells_its_group_where_there_are_groups(home: House) -> None:
    found = await playlist(home, pb.Input(media=SOUND))
    assert not found.evidence[0].HasField("group")
    home.recommender.map = group_map()
    found = await playlist(home, pb.Input(media=SOUND))
    assert found.evidence[0].group.name.ko == "신나는 한때"
    assert not list(home.recommender.asked.filters.groups)
