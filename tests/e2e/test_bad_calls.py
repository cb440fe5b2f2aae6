"""Bad calls over gRPC, through the client and the command, against the real services."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

import vts as sdk
from tests.e2e import refusals
from tests.e2e.conftest import SAMPLES, Stack
from tests.e2e.made_media import tone, wav
from tests.e2e.refusals import NOBODY, SITUATION, TRACES
from vts.errors import InvalidRequestError, NotFoundError, from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.inputs import Draft
from vts.media.v1 import media_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

pytestmark = pytest.mark.timeout(900)

JPEG = (SAMPLES / "coffee.jpg").read_bytes()


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[sdk.Client]:
    with sdk.Client(stack.address, timeout_seconds=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def channel(stack: Stack) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(stack.address) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def unharmed(stack: Stack) -> Iterator[None]:
    yield from refusals.unharmed(stack)


def pieces(*each: Any) -> Iterator[pb.RecommendStreamRequest]:
    for piece in each:
        if isinstance(piece, pb.Options):
            yield pb.RecommendStreamRequest(options=piece)
        elif isinstance(piece, pb.Input):
            yield pb.RecommendStreamRequest(input=piece)
        else:
            yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=piece))


WORDS = pb.Input(text="calm")
STREAMS: dict[str, Any] = {
    "nothing": ([], "INPUT_MISSING", "inputs"),
    "chunk first": ([JPEG], "FIELD_INVALID", "chunk"),
    "chunk after text": ([WORDS, JPEG], "FIELD_INVALID", "chunk"),
    "options twice": ([pb.Options(), pb.Options(), WORDS], "FIELD_INVALID", "options"),
    "options last": ([WORDS, pb.Options()], "FIELD_INVALID", "options"),
    "header without media": ([pb.Input(media=b"")], "MEDIA_UNREADABLE", "inputs[0].media"),
    "nine inputs": ([WORDS] * 9, "FIELD_INVALID", "inputs"),
    "weight": ([pb.Input(text="a", weight=float("nan"))], "FIELD_INVALID", "inputs[0].weight"),
    "diversity": ([pb.Options(diversity=float("nan")), WORDS], "", "options.diversity"),
    "temperature": (
        [pb.Input(situation=mood_pb.Situation(temperature_celsius=float("nan")))],
        "FIELD_INVALID",
        f"{SITUATION}.temperature_celsius",
    ),
    "25 MiB of photo": (
        [pb.Input(media=b""), JPEG, *[bytes(2**20)] * 25],
        "MEDIA_TOO_LARGE",
        "inputs[0].media",
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_out_of_order_or_range_is_refused(channel: grpc.Channel, name: str) -> None:
    sequence, reason, field = STREAMS[name]
    with pytest.raises(grpc.RpcError) as caught:
        list(rpc.GatewayServiceStub(channel).RecommendStream(pieces(*sequence), timeout=30))
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidRequestError)
    assert (error.reason, list(error.fields)) == (reason or "FIELD_INVALID", [field])


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"\x0a\x04\x12\x02\xff\xfe"])
def test_bytes_that_are_no_message_are_refused(channel: grpc.Channel, data: bytes) -> None:
    call = channel.unary_unary("/vts.gateway.v1.GatewayService/Recommend", bytes, bytes)
    with pytest.raises(grpc.RpcError) as caught:
        call(data, timeout=10)
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidRequestError)
    assert not any(trace in str(error) for trace in TRACES)


def test_unknown_songs_are_not_found_through_the_client(client: sdk.Client) -> None:
    with pytest.raises(NotFoundError):
        client.similar(NOBODY)
    with pytest.raises(NotFoundError):
        client.send_feedback("me", NOBODY, recommender_pb.FEEDBACK_KIND_LIKE)


def draft(name: str, *, flags: dict[str, bool] | None = None, **fields: Any) -> pb.TrackDraft:
    known = {"title": "A test", "artists": ["Nobody"], "tags_en": ["calm"], **fields}
    track = track_pb2.Track(source="bad-input", source_id=name, **known)
    return pb.TrackDraft(track=track, **flags or {})


def test_songs_that_are_refused_are_named_and_the_others_stored(
    client: sdk.Client, stack: Stack, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.wav"
    junk.write_bytes(b"not a sound")
    kept = {"sound_follows": True, "keep_sound": True}
    point = {"valence": float("nan"), "arousal": 0.0, "confidence": 1.0}
    drafts = [
        Draft(draft("title", title="")),
        Draft(draft("mood", moods=[{"mood": "angry", "score": 0.5}])),
        Draft(draft("affect", affect=point)),
        Draft(draft("sound", flags=kept), junk),
        Draft(draft("good")),
    ]
    before = sorted((stack.data / "sounds").iterdir())
    verdicts = list(client.import_tracks(drafts, timeout_seconds=60))
    fields = [each.problem.partition(":")[0] for each in verdicts]
    assert fields == [
        "track.title",
        "track.moods[0].mood",
        "track.affect.valence",
        "sound",
        "",
    ]
    assert verdicts[-1].track_id
    assert sorted((stack.data / "sounds").iterdir()) == before


def test_an_import_that_is_cut_off_keeps_nothing_of_the_song(
    channel: grpc.Channel, stack: Stack
) -> None:
    def begun() -> Iterator[pb.ImportTracksRequest]:
        flags = {"sound_follows": True, "keep_sound": True}
        yield pb.ImportTracksRequest(draft=draft("cut", flags=flags))
        yield pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=wav(tone(3))[:50_000]))
        call.cancel()

    before = sorted((stack.data / "sounds").iterdir())
    call = rpc.GatewayServiceStub(channel).ImportTracks(begun())
    with pytest.raises(grpc.RpcError):
        list(call)
    assert sorted((stack.data / "sounds").iterdir()) == before


def test_the_command_says_it_in_a_line(vts: Any, tmp_path: Path) -> None:
    fake = tmp_path / "fake.jpg"
    fake.write_text("hello", encoding="utf-8")
    done = vts("recommend", fake)
    assert done.returncode == 1
    assert done.stderr.count("MEDIA_UNREADABLE") == 1
    assert "JPEG" in done.stderr
    assert "Traceback" not in done.stderr
    assert vts("recommend", tmp_path).returncode == 2
