"""Imports: verdicts in order, nothing twice, sounds on disk before their songs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.gateway.fakes import affect, full, moods
from tests.unit.gateway.house import SOUND, House, house
from tests.unit.gateway.imports import (
    ADDED,
    REFUSED,
    UNCHANGED,
    UPDATED,
    draft,
    imported,
    song,
    stored,
    sung,
)
from vts.errors import UnavailableError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import track_pb2


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


async def test_a_mood_tag_tells_the_moods_of_a_song_of_which_nothing_better_is_known(
    home: House,
) -> None:
    told = song("told", tags_en=["Melancholy", "1990s"])
    korean = song("korean", tags_en=[], tags_ko=["몽환적인"])
    known = song("known", tags_en=["Melancholy"], moods=moods(joyful=1))
    verdicts = await imported(home, [draft(told), draft(korean), draft(known)])
    found = [stored(home, verdict) for verdict in verdicts]
    assert [max(each.moods, key=lambda mood: mood.score).mood for each in found] == [
        "sad",
        "dreamy",
        "joyful",
    ]
    assert found[0].affect.valence < 0 < found[1].affect.valence
    assert home.mood.texts == []
    assert home.mood.embedded[0] == "sad music, Melancholy, 1990s"


async def test_what_is_heard_outweighs_a_mood_tag(home: House) -> None:
    plain = await imported(home, sung(song("plain")))
    tagged = await imported(home, sung(song("tagged", tags_en=["scary"])))
    assert list(stored(home, tagged[0]).moods) == list(stored(home, plain[0]).moods)


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
    assert len(home.recommender.songs[verdict.track_id].vectors.audio) == 128
    assert not found.has_sound
    assert found.links
    assert not home.sound_dir.exists()


async def test_what_the_draft_says_is_not_overruled_by_its_sound(home: House) -> None:
    track = song(tempo_bpm=120, key="C major", moods=moods(joyful=1), duration_seconds=3)
    [verdict] = await imported(home, sung(track))
    found = stored(home, verdict)
    assert (found.tempo_bpm, found.key, found.duration_seconds) == (120, "C major", 3)
    assert {each.mood for each in found.moods if each.score} == {"joyful"}


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


async def test_silence_without_tags_is_refused_as_silence(home: House) -> None:
    bare = song(tags_en=[])
    [verdict] = await imported(home, sung(bare, SOUND + b"SILENT"))
    assert verdict.outcome == REFUSED
    assert verdict.problem.startswith("sound: is silent, and no tags")


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
