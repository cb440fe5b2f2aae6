"""The part you like: a clip finds its song and where in it, and says so where it does not."""

from collections.abc import Sequence
from typing import Any

import pytest

from servicekit.errors import ServiceError, invalid
from tests.unit.gateway.fake_audio_features import match
from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import SOUND, House
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

CLIP = pb.Input(media=SOUND)


def known(home: House, title: str, start: float = 42, confidence: float = 0.97) -> str:
    """A song whose sound was analysed, and in which a clip is found with some confidence."""
    track = home.recommender.add(title, sound_id=f"sound of {title}", has_sound=True)
    hit = recommender_pb.WindowHit(track=track, score=0.8, start_seconds=[40, 5])
    home.recommender.hits.append(hit)
    home.audio_features.kept[track.sound_id] = lambda _: match(start, confidence)
    return track.id


async def playlist(home: House, *inputs: pb.Input, **options: Any) -> pb.Playlist:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(**options))
    return (await home.stub.Recommend(request, timeout=20)).playlist


def codes(found: pb.Playlist) -> Sequence[str]:
    assert all(note.message.en and note.message.ko for note in found.notes)
    return [note.code for note in found.notes]


async def test_a_clip_finds_its_song_and_where_in_it(home: House) -> None:
    known(home, "Tides", confidence=0.2)
    song = known(home, "Waves")
    found = await playlist(home, CLIP)
    evidence = found.evidence[0]
    [told] = evidence.matches
    assert (told.track.id, told.start_seconds, told.end_seconds) == (song, 42, 48)
    assert told.sound_path == f"/v1/tracks/{song}/sound"
    assert evidence.summary.en.startswith("This is “Waves” by Somebody, from 0:42 to 0:48.")
    assert evidence.summary.ko.startswith("Somebody의 ‘Waves’입니다(0:42~0:48).")
    first = found.items[0]
    assert first.track.id == song
    assert (first.start_seconds, first.end_seconds) == (42, 48)
    assert first.reason.en == "This is the very song in your clip, from 0:42."
    assert first.reason.ko == "들려주신 바로 그 곡입니다(0:42부터)."
    assert found.items[1].reason != first.reason
    assert codes(found) == []


async def test_all_songs_are_looked_in_whatever_the_filters_say(home: House) -> None:
    song = known(home, "Waves")
    filters = recommender_pb.Filters(genres=["ballad"])
    home.recommender.add("Ballad", genres=["ballad"])
    found = await playlist(home, CLIP, filters=filters)
    assert not home.recommender.windows_asked.filters.genres
    assert found.evidence[0].matches[0].track.id == song
    assert [item.track.title for item in found.items] == ["Ballad"]


async def test_a_song_that_was_found_is_fetched_from_further_down(home: House) -> None:
    for number in range(5):
        home.recommender.add(f"Song {number}")
    song = known(home, "Waves")
    found = await playlist(home, CLIP, limit=3)
    assert [item.track.id == song for item in found.items] == [True, False, False]


async def test_an_excluded_song_is_told_but_not_listed(home: House) -> None:
    song = known(home, "Waves")
    home.recommender.add("Tides")
    found = await playlist(home, CLIP, excluded_track_ids=[song])
    assert found.evidence[0].matches[0].track.id == song
    assert [item.track.title for item in found.items] == ["Tides"]


async def test_every_song_compared_counts_by_its_likeness(home: House) -> None:
    ids = {known(home, "Waves"), known(home, "Tides", confidence=0.1)}
    await playlist(home, CLIP)
    [part] = home.recommender.asked.evidence
    assert {each.track_id for each in part.likenesses} == ids
    assert all(abs(each.likeness - 0.9) < 1e-6 for each in part.likenesses)


async def test_the_candidates_are_searched_near_their_best_windows(home: House) -> None:
    known(home, "Waves")
    await playlist(home, CLIP)
    asked = home.audio_features.asked
    assert [list(each.near_seconds) for each in asked.candidates] == [[40, 5]]
    assert len(asked.mfcc.values) == 80 * 20
    assert len(asked.chroma.values) == 80 * 12


async def test_a_likeness_without_confidence_is_no_find(home: House) -> None:
    song = known(home, "Waves", confidence=0.3)
    found = await playlist(home, CLIP)
    assert not found.evidence[0].matches
    assert codes(found) == ["CLIP_NOT_FOUND"]
    [item] = found.items
    assert (item.track.id, item.start_seconds) == (song, 42)
    assert found.evidence[0].summary.en.startswith("8 seconds of sound")


async def test_no_more_than_five_songs_are_told(home: House) -> None:
    for number in range(7):
        known(home, f"Song {number}", confidence=0.6 + number / 100)
    matches = (await playlist(home, CLIP)).evidence[0].matches
    assert [each.track.title for each in matches] == [
        f"Song {number}" for number in (6, 5, 4, 3, 2)
    ]


@pytest.mark.parametrize(
    ("seconds", "code"), [(2.9, ["CLIP_TOO_SHORT"]), (31.5, []), (8.0, ["CLIP_NO_CANDIDATES"])]
)
async def test_what_cannot_be_looked_for_is_noted(
    home: House, seconds: float, code: list[str]
) -> None:
    home.recommender.add("Never heard")
    home.audio_features.measured = {"duration_seconds": seconds}
    found = await playlist(home, CLIP)
    assert codes(found) == code
    assert found.items


async def test_candidates_whose_analysis_was_dropped_are_no_candidates(home: House) -> None:
    known(home, "Waves")
    home.audio_features.kept.clear()
    found = await playlist(home, CLIP)
    assert codes(found) == ["CLIP_NO_CANDIDATES"]
    assert found.items[0].start_seconds == 40


@pytest.mark.parametrize("failure", [full(), invalid("mfcc", "is too wide")])
@pytest.mark.parametrize("service", ["audio_features", "recommender"])
async def test_a_search_that_fails_costs_only_itself(
    home: House, failure: ServiceError, service: str
) -> None:
    known(home, "Waves")
    if service == "recommender":
        home.recommender.window_failure = failure
    else:
        home.audio_features.matching_failure = failure
    found = await playlist(home, CLIP)
    assert codes(found) == ["CLIP_NOT_SEARCHED"]
    assert found.items


async def test_silence_is_not_looked_for(home: House) -> None:
    known(home, "Waves")
    found = await playlist(home, pb.Input(media=SOUND + b"SILENT"))
    assert codes(found) == ["SILENT", "NOTHING_TOLD"]


async def test_embeddings_stay_between_services(home: House) -> None:
    known(home, "Waves")
    sound = (await playlist(home, CLIP)).evidence[0].sound
    assert sound.windows
    assert not any(window.embedding for window in sound.windows)
    assert not [*sound.embedding, *sound.mfcc.values, *sound.chroma.values]


async def test_a_passage_that_counts_is_a_reason(home: House) -> None:
    home.recommender.components = (("clip", 0.9, 0.6),)
    known(home, "Waves", confidence=0.1)
    [item] = (await playlist(home, CLIP)).items
    assert item.reason.en == "With a passage that goes like your clip."
    assert item.reason.ko == "들려주신 소리와 흐름이 닮은 대목이 있습니다."
