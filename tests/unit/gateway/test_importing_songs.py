"""Imports: verdicts in order, nothing twice, sounds on disk before their songs."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.unit.gateway.fakes import affect, full, moods
from tests.unit.gateway.house import SOUND, House, house
from vts.errors import UnavailableError, from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2
from vts.recommender.v1 import track_pb2

ADDED, UPDATED = pb.IMPORT_OUTCOME_ADDED, pb.IMPORT_OUTCOME_UPDATED
UNCHANGED, REFUSED = pb.IMPORT_OUTCOME_UNCHANGED, pb.IMPORT_OUTCOME_REFUSED


def song(name: str = "one", **fields: Any) -> track_pb2.Track:
    known: dict[str, Any] = {"title": f"Song {name}", "artists": ["Somebody"], "tags_en": ["rain"]}
    return track_pb2.Track(source="test", source_id=name, **{**known, **fields})


def draft(track: track_pb2.Track, **flags: bool) -> pb.ImportTracksRequest:
    return pb.ImportTracksRequest(draft=pb.TrackDraft(track=track, **flags))


def sung(track: track_pb2.Track, *chunks: bytes, **flags: bool) -> list[pb.ImportTracksRequest]:
    follows = [
        pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=data)) for data in chunks or [SOUND]
    ]
    return [draft(track, sound_follows=True, **flags), *follows]


async def imported(
    home: House, pieces: Iterable[pb.ImportTracksRequest]
) -> list[pb.ImportTracksResponse]:
    try:
        return [each async for each in home.stub.ImportTracks(iter(list(pieces)), timeout=20)]
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


def stored(home: House, verdict: pb.ImportTracksResponse) -> track_pb2.Track:
    return home.recommender.songs[verdict.track_id].track


async def test_a_song_without_sound_is_described_by_its_moods_and_tags(home: House) -> None:
    track = song(genres=["ballad"], moods=moods(sad=0.9, calm=0.4, scary=0.1))
    [verdict] = await imported(home, [draft(track)])
    assert verdict.outcome == ADDED
    assert home.mood.embedded == ["sad, calm ballad music, rain"]
    vectors = home.recommender.songs[verdict.track_id].vectors
    assert (len(vectors.text), len(vectors.mood), len(vectors.audio)) == (384, 13, 0)
    found = stored(home, verdict)
    assert found.affect.valence < 0
    assert found.licence == "LicenseRef-None"
    assert found.model_versions["text"] == "fake 1"


async def test_a_song_of_unknown_mood_is_read_from_its_tags(home: House) -> None:
    [verdict] = await imported(home, [draft(song(tags_en=["rain", "window"]))])
    assert home.mood.texts == ["rain, window"]
    assert {each.mood for each in stored(home, verdict).moods if each.score > 0.5} == {
        "calm",
        "dreamy",
    }


async def test_a_point_on_the_plane_gives_the_moods_near_it(home: House) -> None:
    track = song(affect=affect(-0.7, -0.5))
    [verdict] = await imported(home, [draft(track)])
    best = max(stored(home, verdict).moods, key=lambda each: each.score)
    assert best.mood == "sad"
    assert home.mood.embedded == ["sad music, rain"]


async def test_links_to_look_the_song_up_are_made_from_its_names(home: House) -> None:
    track = song(title="밤편지", artists=["아이유"])
    [verdict] = await imported(home, [draft(track)])
    links = {link.label: link for link in stored(home, verdict).links}
    assert set(links) == {"YouTube", "Melon", "Spotify"}
    words = "%EC%95%84%EC%9D%B4%EC%9C%A0%20%EB%B0%A4%ED%8E%B8%EC%A7%80"
    assert links["Spotify"].url == f"https://open.spotify.com/search/{words}"
    assert all(link.kind == "search" and link.url.isascii() for link in links.values())


async def test_the_longest_names_still_fit_an_address(home: House) -> None:
    [verdict] = await imported(home, [draft(song(title="밤" * 512))])
    assert all(len(link.url) <= 1024 for link in stored(home, verdict).links)


async def test_given_links_stay(home: House) -> None:
    link = track_pb2.Link(kind="page", label="Home", url="https://example.org/")
    [verdict] = await imported(home, [draft(song(links=[link]))])
    assert list(stored(home, verdict).links) == [link]


async def test_sound_tells_what_the_draft_leaves_out(home: House) -> None:
    [verdict] = await imported(home, sung(song(tags_en=[])))
    found = stored(home, verdict)
    assert (found.tempo_bpm, found.key, found.duration_seconds) == (92, "A minor", 8)
    assert max(found.moods, key=lambda each: each.score).mood == "sad"
    assert len(home.recommender.songs[verdict.track_id].vectors.audio) == 64
    assert not found.has_sound
    assert found.links
    assert not home.sound_dir.exists()


async def test_what_the_draft_says_is_not_overruled_by_its_sound(home: House) -> None:
    track = song(tempo_bpm=120, key="C major", moods=moods(joyful=1), duration_seconds=3)
    [verdict] = await imported(home, sung(track))
    found = stored(home, verdict)
    assert (found.tempo_bpm, found.key, found.duration_seconds) == (120, "C major", 3)
    assert {each.mood for each in found.moods if each.score} == {"joyful"}


async def test_a_kept_sound_is_on_disk_whole_under_the_songs_id(home: House) -> None:
    pieces = sung(song(), SOUND, bytes(300_000), b"end", keep_sound=True)
    [verdict] = await imported(home, pieces)
    path = home.sound_dir / f"{verdict.track_id}.wav"
    assert path.read_bytes() == SOUND + bytes(300_000) + b"end"
    assert [each.name for each in home.sound_dir.iterdir()] == [path.name]
    assert stored(home, verdict).has_sound
    assert not stored(home, verdict).links
    response = await home.web.get(f"/v1/tracks/{verdict.track_id}/sound")
    assert response.headers["content-type"] == "audio/wav"
    status = await home.stub.GetStatus(pb.GetStatusRequest())
    assert status.sound_bytes == path.stat().st_size


async def test_importing_again_changes_nothing_and_computes_nothing(home: House) -> None:
    pieces = [*sung(song("one"), keep_sound=True), draft(song("two"))]
    first = await imported(home, pieces)
    asked = (home.audio_features.calls, home.mood.calls, home.recommender.upserts)
    again = await imported(home, pieces)
    assert [each.outcome for each in first] == [ADDED, ADDED]
    assert [each.outcome for each in again] == [UNCHANGED, UNCHANGED]
    assert [each.track_id for each in again] == [each.track_id for each in first]
    assert (home.audio_features.calls, home.mood.calls, home.recommender.upserts) == asked


@pytest.mark.parametrize(
    "changed",
    [
        sung(song(title="New"), keep_sound=True),
        sung(song(), SOUND, b"longer", keep_sound=True),
        sung(song(), keep_sound=True, refresh=True),
        [draft(song())],
    ],
    ids=["title", "sound", "refresh", "no sound"],
)
async def test_a_changed_song_is_updated(
    home: House, changed: list[pb.ImportTracksRequest]
) -> None:
    await imported(home, sung(song(), keep_sound=True))
    [verdict] = await imported(home, changed)
    assert verdict.outcome == UPDATED


async def test_a_lost_sound_is_brought_back_by_importing_again(home: House) -> None:
    [verdict] = await imported(home, sung(song(), keep_sound=True))
    (home.sound_dir / f"{verdict.track_id}.wav").unlink()
    [again] = await imported(home, sung(song(), keep_sound=True))
    assert again.outcome == UPDATED
    assert (home.sound_dir / f"{verdict.track_id}.wav").exists()


async def test_a_new_sound_of_another_format_replaces_the_old_one(home: House) -> None:
    await imported(home, sung(song(), keep_sound=True))
    [verdict] = await imported(home, sung(song(), b"fLaC sound", keep_sound=True))
    assert [each.name for each in home.sound_dir.iterdir()] == [f"{verdict.track_id}.flac"]


async def test_refused_songs_are_named_and_the_others_stored_in_order(home: House) -> None:
    pieces = [
        draft(song("a")),
        draft(song("b", title="")),
        *sung(song("c"), b"not a sound", keep_sound=True),
        *sung(song("d"), SOUND + b"CORRUPT", keep_sound=True),
        draft(song("e", year=1)),
        draft(song("f", tags_en=[])),
        draft(song("g"), sound_follows=True),
        draft(song("h", id="00000000-0000-0000-0000-000000000000")),
        draft(song("i")),
    ]
    verdicts = await imported(home, pieces)
    assert [each.index for each in verdicts] == list(range(9))
    assert [each.outcome for each in verdicts] == [ADDED, *[REFUSED] * 7, ADDED]
    assert [each.problem.partition(":")[0] for each in verdicts] == [
        "",
        "track.title",
        "sound",
        "sound",
        "track.year",
        "track.moods",
        "sound",
        "track.id",
        "",
    ]
    assert not any(each.track_id for each in verdicts[1:8])
    assert len(home.recommender.songs) == 2


async def test_a_refused_song_leaves_no_sound_behind(home: House) -> None:
    await imported(home, sung(song(year=1), keep_sound=True))
    assert list(home.sound_dir.iterdir()) == []


async def test_a_sound_that_is_too_long_is_refused_and_the_next_song_stored(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, max_upload_bytes=1024) as home:
        pieces = [*sung(song("a"), SOUND, bytes(2000), bytes(2000)), draft(song("b"))]
        verdicts = await imported(home, pieces)
        assert [each.outcome for each in verdicts] == [REFUSED, ADDED]
        assert "1024 bytes" in verdicts[0].problem
        assert home.audio_features.calls == 0


async def test_the_same_song_twice_in_one_import_is_stored_once(home: House) -> None:
    verdicts = await imported(home, [draft(song()), draft(song()), draft(song(title="New"))])
    assert [each.outcome for each in verdicts] == [ADDED, UNCHANGED, UPDATED]


async def test_many_songs_are_embedded_together(home: House) -> None:
    happy = moods(joyful=1)
    verdicts = await imported(home, [draft(song(str(at), moods=happy)) for at in range(130)])
    assert [each.outcome for each in verdicts] == [ADDED] * 130
    assert len(home.mood.embedded) == 130
    assert home.mood.calls < 20


async def test_a_verdict_does_not_wait_for_songs_that_have_not_come(home: House) -> None:
    answered = asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportTracksRequest]:
        yield draft(song("a"))
        await answered.wait()
        yield draft(song("b"))

    outcomes = []
    async for verdict in home.stub.ImportTracks(pieces(), timeout=20):
        outcomes.append(verdict.outcome)
        answered.set()
    assert outcomes == [ADDED, ADDED]


async def test_an_import_waits_for_a_service_that_is_only_full(home: House) -> None:
    home.audio_features.failure = full()
    home.audio_features.failures_left = 2
    home.mood.failure = full()
    home.mood.failures_left = 1
    [verdict] = await imported(home, sung(song()))
    assert verdict.outcome == ADDED


@pytest.mark.parametrize("service", ["mood", "audio_features", "recommender"])
async def test_an_import_ends_where_a_service_is_down(tmp_path: Path, service: str) -> None:
    async with house(tmp_path, down=[service]) as home:
        with pytest.raises(UnavailableError) as refusal:
            await imported(home, sung(song(), keep_sound=True))
        assert refusal.value.metadata["service"] == service
        assert not home.recommender.songs


async def test_a_chunk_without_a_song_is_refused(home: House) -> None:
    with pytest.raises(Exception, match="belongs to no draft"):
        await imported(home, sung(song())[1:])


async def test_silence_is_stored_by_its_tags(home: House) -> None:
    [verdict] = await imported(home, sung(song(), SOUND + b"SILENT"))
    assert verdict.outcome == ADDED
    assert home.mood.texts == ["rain"]
    assert not home.recommender.songs[verdict.track_id].vectors.audio


@pytest.mark.parametrize(
    ("valence", "arousal", "field"),
    [(float("nan"), 0, "valence"), (5, 0, "valence"), (0, -1.1, "arousal")],
)
async def test_a_point_off_the_plane_is_refused(
    home: House, valence: float, arousal: float, field: str
) -> None:
    point = affect(0, 0)
    point.valence, point.arousal = valence, arousal
    [verdict] = await imported(home, [draft(song(affect=point))])
    assert verdict.outcome == REFUSED
    assert verdict.problem == f"track.affect.{field}: must be from -1 to 1"
    assert not home.recommender.songs


async def test_the_same_song_imported_twice_at_once_is_stored_once(home: House) -> None:
    pieces = sung(song(), keep_sound=True)
    both = await asyncio.gather(imported(home, pieces), imported(home, pieces))
    assert sorted(verdicts[0].outcome for verdicts in both) == [ADDED, UNCHANGED]
    assert len(list(home.sound_dir.iterdir())) == 1
