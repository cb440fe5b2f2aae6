"""A service that is down, slow, full or faulty costs its evidence, not the request."""

import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from servicekit.errors import ServiceError, invalid
from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import PHOTO, SOUND, VIDEO, House, house
from vts.errors import InvalidRequestError, UnavailableError, from_rpc_error
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

TEXT = pb.Input(text="quiet evening")
NIGHT = pb.Input(situation=mood_pb.Situation(local_time="23:10"))
FAULT = ServiceError(grpc.StatusCode.INTERNAL, ErrorReason.ERROR_REASON_INTERNAL, "internal error")

GOES_ON = [
    ("captioner", [pb.Input(media=PHOTO), TEXT], ["text"]),
    ("captioner", [pb.Input(media=VIDEO)], ["video sound"]),
    ("mood", [pb.Input(media=PHOTO)], ["photo"]),
    ("mood", [pb.Input(media=VIDEO)], ["video", "video sound"]),
    ("mood", [TEXT, pb.Input(media=SOUND)], ["audio"]),
    ("mood", [NIGHT, pb.Input(media=SOUND)], ["audio"]),
    ("audio_features", [pb.Input(media=VIDEO)], ["video"]),
    ("audio_features", [pb.Input(media=SOUND), TEXT], ["text"]),
]
ENDS = [
    ("captioner", pb.Input(media=PHOTO)),
    ("mood", TEXT),
    ("mood", NIGHT),
    ("audio_features", pb.Input(media=SOUND)),
    ("recommender", TEXT),
]


async def recommended(home: House, *inputs: pb.Input) -> pb.Playlist:
    try:
        answer = await home.stub.Recommend(pb.RecommendRequest(inputs=inputs), timeout=20)
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None
    return answer.playlist


@pytest.mark.parametrize(("service", "inputs", "left"), GOES_ON)
async def test_a_request_goes_on_without_a_service_that_is_down(
    tmp_path: Path, service: str, inputs: list[pb.Input], left: list[str]
) -> None:
    async with house(tmp_path, down=[service]) as home:
        home.recommender.add("Waves")
        found = await recommended(home, *inputs)
        assert [part.label for part in home.recommender.asked.evidence] == left
        [note] = [each for each in found.notes if each.subject]
        assert (note.code, note.subject) == ("SERVICE_UNAVAILABLE", service)
        assert note.message.en
        assert note.message.ko
        assert found.items


@pytest.mark.parametrize(("service", "given"), ENDS)
async def test_a_request_with_nothing_left_names_the_service(
    tmp_path: Path, service: str, given: pb.Input
) -> None:
    async with house(tmp_path, down=[service]) as home:
        with pytest.raises(UnavailableError) as refusal:
            await recommended(home, given)
        assert refusal.value.reason == "DEPENDENCY_UNAVAILABLE"
        assert refusal.value.metadata["service"] == service
        assert refusal.value.retry_after_seconds


@pytest.mark.parametrize("service", ["captioner", "mood", "audio_features", "recommender"])
async def test_a_service_that_hangs_is_given_up_in_bounded_time(
    tmp_path: Path, service: str
) -> None:
    limits: dict[str, Any] = {"video_seconds": 0.3, "sound_seconds": 0.3, "mood_seconds": 0.3}
    async with house(tmp_path, **limits, recommender_seconds=0.3) as home:
        home.recommender.add("Waves")
        getattr(home, service).hangs = True
        began = time.monotonic()
        if service == "recommender":
            with pytest.raises(UnavailableError):
                await recommended(home, pb.Input(media=VIDEO))
        else:
            found = await recommended(home, pb.Input(media=VIDEO))
            assert [note.subject for note in found.notes] == [service]
        assert time.monotonic() - began < 5


async def test_a_slow_service_leaves_time_to_rank_before_the_callers_deadline(
    home: House,
) -> None:
    home.recommender.add("Waves")
    home.captioner.hangs = True
    request = pb.RecommendRequest(inputs=[pb.Input(media=VIDEO)])
    answer = await home.stub.Recommend(request, timeout=2)
    assert [note.subject for note in answer.playlist.notes] == ["captioner"]
    assert answer.playlist.items


@pytest.mark.parametrize("failure", [full(), FAULT], ids=["full", "faulty"])
async def test_a_service_that_is_full_or_faulty_costs_its_evidence(
    home: House, failure: ServiceError
) -> None:
    home.captioner.failure = failure
    found = await recommended(home, pb.Input(media=PHOTO), TEXT)
    assert [note.subject for note in found.notes] == ["captioner"]
    assert found.evidence[0].summary.en == "This photo could not be read just now."
    assert found.evidence[0].summary.ko == "지금은 이 사진을 읽을 수 없습니다."


async def test_a_refusal_of_our_own_words_is_not_the_callers_fault(home: House) -> None:
    home.mood.failure = invalid("texts[0]", "is too long")
    found = await recommended(home, pb.Input(media=PHOTO))
    assert [note.subject for note in found.notes] == ["mood"]


async def test_a_fault_of_ours_tells_no_secret(home: House) -> None:
    home.captioner.failure = FAULT
    with pytest.raises(UnavailableError) as refusal:
        await recommended(home, pb.Input(media=PHOTO))
    assert refusal.value.message == "the captioner service failed"


BAD = [
    ([], "inputs", "INPUT_MISSING"),
    ([pb.Input()], "inputs[0]", "INPUT_MISSING"),
    ([TEXT] * 9, "inputs", "FIELD_INVALID"),
    ([TEXT, pb.Input(text="  ")], "inputs[1].text", "INPUT_MISSING"),
    ([pb.Input(text="a" * 2001)], "inputs[0].text", "FIELD_INVALID"),
    ([pb.Input(text="a", weight=1.5)], "inputs[0].weight", "FIELD_INVALID"),
    ([pb.Input(text="a", weight=float("nan"))], "inputs[0].weight", "FIELD_INVALID"),
    ([pb.Input(text="a", weight=0)], "inputs[0].weight", "FIELD_INVALID"),
    ([pb.Input(track_id="../x")], "inputs[0].track_id", "FIELD_INVALID"),
    ([TEXT, pb.Input(media=b"")], "inputs[1].media", "MEDIA_UNREADABLE"),
    ([pb.Input(media=b"just text")], "inputs[0].media", "MEDIA_UNREADABLE"),
    ([TEXT, pb.Input(media=PHOTO + b"CORRUPT")], "inputs[1].media", "MEDIA_UNREADABLE"),
    ([pb.Input(media=SOUND + b"CORRUPT")], "inputs[0].media", "MEDIA_UNREADABLE"),
    ([pb.Input(media=VIDEO + b"NO PICTURES CORRUPT")], "inputs[0].media", "MEDIA_UNREADABLE"),
    ([pb.Input(media=VIDEO + b"NO PICTURES NO SOUND")], "inputs[0].media", "MEDIA_UNREADABLE"),
    (
        [pb.Input(situation=mood_pb.Situation(weather="meatballs"))],
        "inputs[0].situation.weather",
        "FIELD_INVALID",
    ),
]


@pytest.mark.parametrize(("inputs", "field", "reason"), BAD)
async def test_a_bad_input_is_refused_and_named(
    home: House, inputs: list[pb.Input], field: str, reason: str
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        await recommended(home, *inputs)
    assert list(refusal.value.fields) == [field]
    assert refusal.value.reason == reason
    if reason == "MEDIA_UNREADABLE":
        assert "JPEG" in refusal.value.metadata["readable"]


def bounded(**limits: float) -> pb.Options:
    """Options with bounds of arousal and of moods."""
    bounds = evidence_pb2.Bounds()
    for name, value in limits.items():
        if name.endswith("_arousal"):
            setattr(bounds, name, value)
        else:
            bounds.most_moods.add(mood=name, score=value)
    return pb.Options(filters=recommender_pb.Filters(bounds=bounds))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (pb.Options(limit=101), "options.limit"),
        (pb.Options(diversity=2), "options.diversity"),
        (pb.Options(excluded_track_ids=["x"]), "options.excluded_track_ids[0]"),
        (pb.Options(filters={"languages": ["xx-"]}), "options.filters.languages[0]"),
        (pb.Options(weights={"mood": -1}), "options.weights.mood"),
        (bounded(least_arousal=-2), "options.filters.bounds.least_arousal"),
        (bounded(most_arousal=float("nan")), "options.filters.bounds.most_arousal"),
        (bounded(least_arousal=0.5, most_arousal=0), "options.filters.bounds.least_arousal"),
        (bounded(calm=2), "options.filters.bounds.most_moods[0].score"),
        (bounded(calm=1, calmer=0), "options.filters.bounds.most_moods[1].mood"),
    ],
)
async def test_a_bad_option_is_refused_and_named(
    home: House, options: pb.Options, field: str
) -> None:
    request = pb.RecommendRequest(inputs=[TEXT], options=options)
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.Recommend(request)
    assert list(from_rpc_error(refusal.value).fields) == [field]


async def test_a_photo_may_have_so_many_bytes(tmp_path: Path) -> None:
    async with house(tmp_path, max_photo_bytes=1024) as home:
        with pytest.raises(InvalidRequestError) as refusal:
            await recommended(home, pb.Input(media=PHOTO + bytes(1024)))
        assert refusal.value.reason == "MEDIA_TOO_LARGE"
        assert refusal.value.metadata["limit"] == "1024 bytes"
        assert home.captioner.calls == 0


async def test_more_requests_than_places_are_refused_with_a_time_to_retry(tmp_path: Path) -> None:
    async with house(tmp_path, max_concurrent_requests=1) as home:
        home.recommender.hangs = True
        first = home.stub.Recommend(pb.RecommendRequest(inputs=[TEXT]))
        while not home.recommender.calls:
            await home.stub.GetStatus(pb.GetStatusRequest())
        with pytest.raises(UnavailableError) as refusal:
            await recommended(home, TEXT)
        assert refusal.value.reason == "QUEUE_FULL"
        assert refusal.value.retry_after_seconds
        first.cancel()


async def test_an_unknown_song_is_not_found(home: House) -> None:
    missing = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await home.stub.SimilarTracks(pb.SimilarTracksRequest(track_id=missing))
    error = from_rpc_error(refusal.value)
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "TRACK_NOT_FOUND")
    assert error.metadata["track_id"] == missing
    assert list(error.fields) == ["track_id"]
