"""Duplicates of an import: told with their reason, left out only if the sound is the same."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.gateway.fake_audio_features import match
from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import SOUND, House, house
from tests.unit.gateway.imports import ADDED, REFUSED, UPDATED, draft, imported, song, sung
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.gateway.v1 import gateway_service_pb2 as pb

DUPLICATE = pb.IMPORT_OUTCOME_DUPLICATE
SAME_SOUND, SAME_RECORDING = pb.DUPLICATE_KIND_SAME_SOUND, pb.DUPLICATE_KIND_SAME_RECORDING
TAGGED = (SOUND, b"TAGS")

Where = Callable[[float], audio_pb.AudioMatch | None]


async def stored_first(home: House, where: Where | None = None) -> str:
    """A song that is there; where stretches of other songs are found in it."""
    [verdict] = await imported(home, sung(song("first")))
    sound_id = home.recommender.songs[verdict.track_id].track.sound_id
    if where:
        home.audio_features.kept[sound_id] = where
    return verdict.track_id


async def test_an_import_keeps_the_analysis_and_stores_its_windows(home: House) -> None:
    first = await stored_first(home)
    assert home.audio_features.was_kept
    stored = home.recommender.songs[first]
    assert stored.track.sound_id
    assert stored.track.sound_digest
    [window] = stored.vectors.windows
    assert (window.start_seconds, window.end_seconds, len(window.values)) == (0, 8, 128)


async def test_the_same_sound_under_another_id_is_told_and_stored(home: House) -> None:
    first = await stored_first(home)
    [verdict] = await imported(home, sung(song("second"), *TAGGED))
    assert verdict.outcome == ADDED
    [told] = verdict.duplicates
    assert (told.track_id, told.title, told.kind) == (first, "Song first", SAME_SOUND)
    assert told.confidence == 1
    assert told.reason.en
    assert told.reason.ko
    assert len(home.recommender.songs) == 2


async def test_the_same_sound_is_left_out_where_that_is_wanted(home: House) -> None:
    first = await stored_first(home)
    [verdict] = await imported(
        home, sung(song("second"), *TAGGED, keep_sound=True, skip_duplicates=True)
    )
    assert (verdict.outcome, verdict.track_id) == (DUPLICATE, "")
    assert [each.track_id for each in verdict.duplicates] == [first]
    assert set(home.recommender.songs) == {first}
    assert not home.sound_dir.exists()


async def test_a_song_that_is_there_already_is_updated_and_not_left_out(home: House) -> None:
    await stored_first(home)
    await imported(home, sung(song("second"), *TAGGED))
    [verdict] = await imported(
        home, sung(song("second", title="New"), *TAGGED, skip_duplicates=True)
    )
    assert verdict.outcome == UPDATED
    assert len(verdict.duplicates) == 1


@pytest.mark.parametrize("between", [0, 20])
async def test_a_song_repeats_one_before_it_in_the_same_import(home: House, between: int) -> None:
    others = [song(str(at)) for at in range(between)]
    pieces = [
        *sung(song("a"), skip_duplicates=True),
        *(
            piece
            for at, track in enumerate(others)
            for piece in sung(track, SOUND, str(at).encode())
        ),
        *sung(song("b"), *TAGGED, skip_duplicates=True),
    ]
    first, *_, last = await imported(home, pieces)
    assert (first.outcome, last.outcome) == (ADDED, DUPLICATE)
    assert not first.duplicates
    assert [each.track_id for each in last.duplicates] == [first.track_id]
    assert len(home.recommender.songs) == between + 1


async def test_what_repeats_a_refused_song_is_stored_after_all(home: House) -> None:
    pieces = [
        *sung(song("refused", year=1), skip_duplicates=True),
        *sung(song("b"), *TAGGED, skip_duplicates=True),
        *sung(song("c"), *TAGGED, b"!", skip_duplicates=True),
    ]
    verdicts = await imported(home, pieces)
    assert [each.outcome for each in verdicts] == [REFUSED, ADDED, DUPLICATE]
    assert not verdicts[1].duplicates
    assert [each.track_id for each in verdicts[2].duplicates] == [verdicts[1].track_id]


async def test_the_same_recording_in_another_format_is_told_with_its_reason(home: House) -> None:
    first = await stored_first(home, lambda at: match(at + 0.1, 0.9))
    home.audio_features.measured = {"duration_seconds": 7.5}
    [verdict] = await imported(home, sung(song("second"), SOUND, b"OTHER", skip_duplicates=True))
    assert verdict.outcome == ADDED
    [told] = verdict.duplicates
    assert (told.track_id, told.kind) == (first, SAME_RECORDING)
    assert told.reason.en == "0:07 against 0:08; 1 of 1 place matches in time."
    assert told.reason.ko == "길이가 0:07과 0:08이고, 1곳 가운데 1곳이 같은 시점에서 일치합니다."


def long(home: House, seconds: float = 60) -> None:
    """Makes all sounds of the house longer."""
    from tests.unit.gateway.fake_audio_features import sequence

    heard = home.audio_features.analysis

    def analysis(sound: bytes, *, kept: bool) -> audio_pb.AnalyzeAudioResponse:
        answer = heard(sound, kept=kept)
        answer.duration_seconds = seconds
        answer.mfcc.CopyFrom(sequence(seconds, 20))
        answer.chroma.CopyFrom(sequence(seconds, 12))
        return answer

    home.audio_features.analysis = analysis  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("where", "places"),
    [
        (lambda at: match(at + 0.2, 0.9), 12),
        (lambda at: match(at if at < 38 else 3.0, 0.9), 9),
        (lambda at: match(at if at < 36 else 3.0, 0.9), 0),
        (lambda at: match(at * 1.05, 0.9), 0),
        (lambda at: match(at + 5, 0.9), 0),
        (lambda at: match(at, 0.3), 0),
        (lambda _: None, 0),
    ],
    ids=["all", "most", "too few", "another tempo", "another beginning", "unsure", "nowhere"],
)
async def test_a_recording_is_the_same_from_beginning_to_end(
    home: House, where: Where, places: int
) -> None:
    long(home)
    await stored_first(home, where)
    [verdict] = await imported(home, sung(song("second"), SOUND, b"OTHER"))
    told = [each.reason.en for each in verdict.duplicates]
    assert told == ([f"1:00 against 1:00; {places} of 12 places match in time."] if places else [])


async def test_songs_of_other_lengths_are_not_the_same_recording(home: House) -> None:
    await stored_first(home, lambda at: match(at, 0.9))
    home.audio_features.measured = {"duration_seconds": 11}
    [verdict] = await imported(home, sung(song("second"), SOUND, b"OTHER"))
    assert not verdict.duplicates


async def test_duplicates_that_cannot_be_looked_for_keep_no_song_out(home: House) -> None:
    home.recommender.window_failure = full()
    [verdict] = await imported(home, sung(song("second")))
    assert verdict.outcome == ADDED


async def test_duplicates_are_looked_for_until_a_busy_service_has_room(home: House) -> None:
    first = await stored_first(home, lambda at: match(at, 0.9))
    home.audio_features.matching_failure = full("analysis")
    home.audio_features.matching_failures_left = 2
    [verdict] = await imported(home, sung(song("second"), SOUND, b"OTHER"))
    assert [each.track_id for each in verdict.duplicates] == [first]
    assert home.audio_features.matching_failures_left == 0


async def test_no_more_sounds_are_held_against_others_at_a_time_than_set(tmp_path: Path) -> None:
    async with house(tmp_path, import_sounds=2) as home:
        await stored_first(home, lambda at: match(at, 0.9))
        albums = [
            [
                piece
                for at in range(8)
                for piece in sung(song(f"{name}{at}"), SOUND, f"{name}{at}".encode())
            ]
            for name in "ab"
        ]
        home.audio_features.may_match.clear()
        work = asyncio.gather(*(imported(home, album) for album in albums))
        async with asyncio.timeout(10):
            await home.audio_features.is_matching.wait()
        await imported(home, [draft(song("aside"))])  # meanwhile more could have come
        home.audio_features.may_match.set()
        assert all(each.duplicates for verdicts in await work for each in verdicts)
        assert home.audio_features.most_at_a_time == 2
