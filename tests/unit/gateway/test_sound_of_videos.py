"""Videos whose sound cannot count, and the note that says why."""

import pytest

from servicekit.errors import ServiceError
from servicekit.media import too_large, unreadable
from tests.unit.gateway.house import VIDEO, House
from vts.gateway.v1 import gateway_service_pb2 as pb


@pytest.mark.parametrize(
    ("refusal", "code", "told"),
    [
        (too_large("chunk", "600 s", "660 s"), "SOUND_TOO_LARGE", "600 s"),
        (unreadable("chunk", "is corrupt"), "SOUND_UNREADABLE", "could not be read"),
    ],
)
async def test_a_video_counts_without_its_sound_and_says_why(
    home: House, refusal: ServiceError, code: str, told: str
) -> None:
    home.recommender.add("Waves")
    home.audio_features.failure = refusal
    request = pb.RecommendRequest(inputs=[pb.Input(media=VIDEO)])
    found = (await home.stub.Recommend(request)).playlist
    assert [item.track.title for item in found.items] == ["Waves"]
    [note] = found.evidence[0].notes
    assert note.code == code
    assert told in note.message.en
    assert note.message.ko
