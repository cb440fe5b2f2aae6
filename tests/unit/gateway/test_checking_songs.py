"""Asking which songs an import would leave as they are, and which an upgrade made stale."""

import hashlib

import pytest

from gateway import unchanged
from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import SOUND, House
from tests.unit.gateway.imports import UNCHANGED, UPDATED, draft, imported, song, sung
from tests.unit.gateway.test_groups import reason_of
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import track_pb2

DIGEST = hashlib.sha256(SOUND).digest()
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version of the analysis is asked for every time."""
    monkeypatch.setattr(unchanged, "FRESH_SECONDS", 0.0)


def check(track: track_pb2.Track, digest: bytes = DIGEST, **flags: bool) -> pb.TrackCheck:
    message = pb.TrackDraft(track=track, sound_follows=bool(digest), **flags)
    return pb.TrackCheck(draft=message, sound_sha256=digest)


async def checked(home: House, *songs: pb.TrackCheck, **more: list[str]) -> pb.CheckTracksResponse:
    return await home.stub.CheckTracks(pb.CheckTracksRequest(songs=songs, **more))


def upgrade(home: House) -> None:
    """A new version of the analysis."""
    home.audio_features.model = evidence_pb2.Model(name="fake", version="2")


async def test_only_songs_that_would_not_change_are_named(home: House) -> None:
    await imported(home, [*sung(song("a")), draft(song("b"))])
    answer = await checked(
        home,
        check(song("a")),
        check(song("a", title="New")),
        check(song("a"), hashlib.sha256(b"other").digest()),
        check(song("a"), refresh=True),
        check(song("a"), keep_sound=True),
        check(song("b"), b""),
        check(song("c")),
        check(song("a", title="")),
    )
    assert list(answer.unchanged) == [0, 5]
    assert home.audio_features.calls == 1


async def test_ids_that_no_song_has_are_named(home: House) -> None:
    [verdict] = await imported(home, [draft(song("a"))])
    answer = await checked(home, track_ids=[verdict.track_id, NOBODY])
    assert list(answer.unknown_ids) == [NOBODY]


@pytest.mark.parametrize(
    "request_",
    [
        pb.CheckTracksRequest(),
        pb.CheckTracksRequest(songs=[check(song("a"))] * 257),
        pb.CheckTracksRequest(track_ids=[NOBODY] * 257),
        pb.CheckTracksRequest(track_ids=["../etc"]),
        pb.CheckTracksRequest(songs=[check(song("a"), b"short")]),
        pb.CheckTracksRequest(
            songs=[pb.TrackCheck(draft=pb.TrackDraft(track=song("a")), sound_sha256=DIGEST)]
        ),
    ],
    ids=["nothing", "songs", "ids", "no id", "digest", "no sound"],
)
async def test_a_check_that_is_not_valid_is_refused(
    home: House, request_: pb.CheckTracksRequest
) -> None:
    assert await reason_of(home.stub.CheckTracks(request_)) == "FIELD_INVALID"


async def test_an_upgrade_of_the_analysis_makes_only_sounds_stale(home: House) -> None:
    pieces = [*sung(song("a")), draft(song("b"))]
    await imported(home, pieces)
    upgrade(home)
    answer = await checked(home, check(song("a")), check(song("b"), b""))
    assert list(answer.unchanged) == [1]
    verdicts = await imported(home, pieces)
    assert [each.outcome for each in verdicts] == [UPDATED, UNCHANGED]
    again = await imported(home, pieces)
    assert [each.outcome for each in again] == [UNCHANGED, UNCHANGED]


async def test_an_analysis_that_nobody_tells_makes_nothing_stale(home: House) -> None:
    await imported(home, sung(song("a")))
    home.audio_features.analyzer_failure = full()
    assert list((await checked(home, check(song("a")))).unchanged) == [0]
