"""Bad files against the real service: an answer with its notes, or a refusal with its limit."""

from collections.abc import Iterator

import grpc
import pytest

from tests.integration.bad_sound.conftest import Stack
from tests.integration.bad_sound.files import BYTES
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.errors import InvalidRequestError, from_rpc_error
from vts.inputs import Media

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def service(stack: Stack) -> Iterator[rpc.AudioFeaturesServiceStub]:
    with grpc.insecure_channel(stack.audio_features) as channel:
        yield rpc.AudioFeaturesServiceStub(channel)


def analysed(service: rpc.AudioFeaturesServiceStub, media: bytes) -> pb.AnalyzeAudioResponse:
    pieces = (pb.AnalyzeAudioRequest(chunk={"data": chunk}) for chunk in Media(media).chunks())
    try:
        return service.AnalyzeAudio(pieces, timeout=240)
    except grpc.RpcError as error:
        raise from_rpc_error(error) from None


@pytest.mark.parametrize(
    "name",
    ["ten hours.flac", "ten hours, not told.flac", "claims ten hours.mp3", "claims ten hours.flac"],
)
def test_sound_that_is_too_long_names_the_field_and_the_limit(service, name: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        analysed(service, BYTES[name]())
    assert caught.value.reason == "MEDIA_TOO_LARGE"
    assert caught.value.metadata["limit"] == "7200 s"
    assert len(caught.value.fields) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bought.m4p", "encrypted"),
        ("rented.m4a", "encrypted"),
        ("bought.wma", "encrypted"),
        ("not numbers.wav", "not numbers"),
        ("photo.mp3", "image"),
        ("cut short.mp3", ""),
        ("noise.ogg", ""),
    ],
)
def test_what_cannot_be_read_names_the_field_and_the_reason(service, name: str, said: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        analysed(service, BYTES[name]())
    assert caught.value.reason == "MEDIA_UNREADABLE"
    [(field, problem)] = caught.value.fields.items()
    assert field
    assert said in problem
    assert "WAV" in caught.value.metadata["readable"]


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("telephone.wav", 8.27),
        ("eight channels.wav", 3),
        ("eight channels.flac", 3),
        ("pure tone.wav", 6),
        ("clipping.wav", 8),
        ("flac behind id3.flac", 8),
    ],
)
def test_what_is_only_unusual_is_heard(service, name: str, seconds: float) -> None:
    answer = analysed(service, BYTES[name]())
    assert answer.duration_seconds == pytest.approx(seconds, abs=0.1)
    assert len(answer.embedding) > 0
    assert -70 < answer.loudness_lufs < 10


def test_silence_is_heard_as_such(service) -> None:
    answer = analysed(service, BYTES["silence.flac"]())
    assert answer.loudness_lufs == -70
    assert "SILENT" in {note.code for note in answer.notes}
