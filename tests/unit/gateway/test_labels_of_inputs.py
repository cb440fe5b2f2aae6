"""The labels of other vocabularies, for every kind of input and over both faces."""

from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from tests.unit.gateway.house import PHOTO, SOUND, VIDEO, House, house
from tests.unit.gateway.problems import field_of
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods import MOODS
from vts.moods.taxonomies import TAXONOMIES

CALM = [evidence_pb2.MoodScore(mood="calm", score=0.9)]


async def told(home: House, given: pb.Input, *taxonomies: str) -> pb.InputEvidence:
    options = pb.Options(taxonomies=taxonomies)
    request = pb.RecommendRequest(inputs=[given], options=options)
    return (await home.stub.Recommend(request)).playlist.evidence[0]


def given(kind: str, home: House) -> pb.Input:
    """An input of each kind that feels calm, as far as the fakes can tell."""
    match kind:
        case "photo":
            return pb.Input(media=PHOTO)
        case "video":
            return pb.Input(media=VIDEO)
        case "sound":
            return pb.Input(media=SOUND)
        case "situation":
            return pb.Input(situation=mood_pb.Situation(local_time="23:00"))
        case _:
            return pb.Input(track_id=home.recommender.add("Waves", moods=CALM).id)


@pytest.mark.parametrize("kind", ["photo", "video", "sound", "situation", "song"])
async def test_every_kind_of_input_is_told_in_the_labels_asked_for(home: House, kind: str) -> None:
    found = await told(home, given(kind, home), "gems", "mirex18")
    assert [each.taxonomy for each in found.taxonomies] == ["gems", "mirex18"]
    assert not any(each.measured for each in found.taxonomies)
    assert [len(each.labels) for each in found.taxonomies] == [9, 18]
    assert found.taxonomies[0].labels[0].score > 0.2
    assert found.taxonomies[1].labels[0].name.ko


async def test_a_calm_song_is_told_to_be_calm_in_both_languages(home: House) -> None:
    found = await told(home, given("song", home), "gems")
    name = found.taxonomies[0].labels[0].name
    assert (name.en, name.ko) == ("calmness", "평온함")


async def test_nothing_is_told_that_was_not_asked_for(home: House) -> None:
    assert not (await told(home, pb.Input(text="a quiet evening"))).taxonomies


async def test_of_words_the_mood_service_is_asked(home: House) -> None:
    found = await told(home, pb.Input(text="a quiet evening"), "goemotions", "kote")
    assert [(each.taxonomy, each.measured) for each in found.taxonomies] == [
        ("goemotions", True),
        ("kote", True),
    ]
    assert not found.reading.taxonomies


async def test_labels_follow_from_the_moods_where_the_mood_service_does_not_know_them(
    home: House,
) -> None:
    home.mood.knows_vocabularies = False
    found = await told(home, pb.Input(text="a quiet evening"), "gems")
    assert found.taxonomies[0].labels[0].label == "calmness"


async def test_an_input_that_says_nothing_has_no_labels(home: House) -> None:
    track = home.recommender.add("Unknown")
    assert not (await told(home, pb.Input(track_id=track.id), "gems")).taxonomies


@pytest.mark.parametrize(
    ("taxonomies", "field"),
    [
        (["gems", "plutchik"], "options.taxonomies[1]"),
        (["gems", "gems"], "options.taxonomies[1]"),
        ([*TAXONOMIES, "gems"], "options.taxonomies"),
    ],
)
async def test_what_may_not_be_asked_for_is_refused_by_field(
    home: House, taxonomies: list[str], field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match=r"plutchik|one of|twice|at most") as refused:
        await told(home, pb.Input(text="x"), *taxonomies)
    assert f"{field}:" in (refused.value.details() or "")
    body: dict[str, Any] = {"inputs": [{"text": "x"}], "options": {"taxonomies": taxonomies}}
    response = await home.web.post("/v1/recommendations", json=body)
    assert field_of(response) == (400, "FIELD_INVALID", field)
    assert home.mood.calls == 0


async def test_forms_and_queries_take_vocabularies_too(home: House) -> None:
    form = {"text": "a quiet evening", "options": '{"taxonomies": ["gems"]}'}
    parts = {name: (None, value) for name, value in form.items()}
    response = await home.web.post("/v1/recommendations", files=parts)
    assert taxonomies_of(response) == ["gems"]
    song = home.recommender.add("Waves", moods=CALM)
    path = f"/v1/tracks/{song.id}/similar?taxonomy=kote&taxonomy=moods5"
    assert taxonomies_of(await home.web.get(path)) == ["kote", "moods5"]
    refused = await home.web.get(f"/v1/tracks/{song.id}/similar?taxonomy=gems&taxonomy=x")
    assert field_of(refused) == (400, "FIELD_INVALID", "taxonomy[1]")


def taxonomies_of(response: httpx.Response) -> list[str]:
    evidence = response.json()["playlist"]["evidence"][0]
    return [each["taxonomy"] for each in evidence["taxonomies"]]


async def test_the_mood_of_texts_can_be_asked_for_without_music(home: House) -> None:
    request = pb.ReadMoodsRequest(texts=["a quiet evening", "조용한 저녁"], taxonomies=["gems"])
    answer = await home.stub.ReadMoods(request)
    assert [reading.understood_as for reading in answer.readings] == list(request.texts)
    assert [score.mood for score in answer.readings[0].moods] == list(MOODS)
    assert answer.readings[1].taxonomies[0].taxonomy == "gems"
    assert not answer.readings[0].text_embedding
    over_http = await home.web.post("/v1/moods", json={"texts": list(request.texts)})
    assert [each["understood_as"] for each in over_http.json()["readings"]] == list(request.texts)


async def test_a_refusal_of_the_mood_service_names_the_callers_field(home: House) -> None:
    response = await home.web.post("/v1/moods", json={"texts": ["x"], "language": "fr"})
    assert field_of(response) == (400, "FIELD_INVALID", "language")
    unknown = await home.web.post("/v1/moods", json={"text": "x"})
    assert field_of(unknown) == (400, "FIELD_INVALID", "text")


async def test_moods_need_the_mood_service(tmp_path: Path) -> None:
    async with house(tmp_path, mood_seconds=0.3) as home:
        home.mood.hangs = True
        response = await home.web.post("/v1/moods", json={"texts": ["x"]})
    assert response.status_code == 503
    assert response.json()["reason"] == "DEPENDENCY_UNAVAILABLE"


async def test_moods_are_got_or_posted_and_nothing_else(home: House) -> None:
    response = await home.web.delete("/v1/moods")
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_the_vocabularies_are_listed_with_their_names(home: House) -> None:
    listed = (await home.web.get("/v1/moods")).json()["taxonomies"]
    assert [each["name"] for each in listed] == list(TAXONOMIES)
    assert listed[5] == {
        "name": "goemotions",
        "en": "GoEmotions",
        "ko": "GoEmotions 감정",
        "labels": 28,
    }
