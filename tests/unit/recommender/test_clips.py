"""Songs ranked by how like the very clip they were found."""

from collections.abc import Mapping

import numpy as np
import pytest

from services.recommender.domain import DEFAULT_WEIGHTS, Evidence, Filters
from services.recommender.tracks import Affect, StoredTrack
from tests.unit.recommender.desk import Desk, mood_of
from tests.unit.recommender.songs import along, song
from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS


def catalogue(count: int = 40) -> list[StoredTrack]:
    """Songs with sound, each further from the sound and the feeling of the clip than the last."""
    return [
        song(
            n,
            audio=along(AUDIO_DIMENSIONS, 3, lean=n / count),
            mood=mood_of("calm" if n < count / 2 else "defiant"),
            affect=Affect(0.9 - 1.8 * n / count, 0.5, 0.9),
        )
        for n in range(count)
    ]


def clip(likenesses: Mapping[int, float]) -> Evidence:
    """A clip that feels and sounds like song 0."""
    return Evidence(
        label="clip",
        audio=along(AUDIO_DIMENSIONS, 3),
        moods=mood_of("calm"),
        affect=Affect(0.9, 0.5, 0.9),
        likenesses={track_id("made-up", str(n)): value for n, value in likenesses.items()},
    )


@pytest.mark.parametrize("found", [1, 39])
def test_the_very_song_comes_first_however_little_else_of_it_fits(found: int) -> None:
    desk = Desk(catalogue())
    likenesses = dict.fromkeys(range(10), 0.6) | {found: 1.0}
    for diversity in (0.0, 0.3):
        assert desk.titles(clip(likenesses), diversity=diversity)[0] == f"Song {found}"


def test_likeness_orders_the_songs_that_follow() -> None:
    desk = Desk(catalogue())
    titles = desk.titles(clip({30: 1.0, 12: 0.95, 14: 0.8, 13: 0.6}), limit=4)
    assert titles[:3] == ["Song 30", "Song 12", "Song 14"]


def test_a_song_that_was_not_found_counts_as_unlike() -> None:
    desk = Desk(catalogue())
    answer = desk.answer(clip({0: 0.7}), limit=40)
    parts = {
        scored.track.title: {part.component: part.score for part in scored.components}
        for scored in answer.tracks
    }
    assert parts["Song 0"]["clip"] == pytest.approx(0.85)
    assert parts["Song 1"]["clip"] == 0.5


def test_of_songs_without_sound_nothing_is_claimed() -> None:
    desk = Desk([*catalogue(), song(77, mood=mood_of("calm"), affect=Affect(0.9, 0.5, 0.9))])
    answer = desk.answer(clip({0: 0.4}), limit=41)
    (silent,) = [each for each in answer.tracks if each.track.title == "Song 77"]
    assert "clip" not in {part.component for part in silent.components}
    assert answer.tracks[0].track.title == "Song 0"


def test_without_weight_for_clips_they_do_not_count() -> None:
    desk = Desk(catalogue())
    weights = dict(DEFAULT_WEIGHTS) | {"clip": 0.0}
    titles = desk.titles(clip({39: 1.0}), weights=weights)
    assert titles == desk.titles(clip({}))


def test_a_found_song_is_ranked_though_it_is_not_among_the_nearest() -> None:
    desk = Desk(catalogue(60), candidates_limit=10)
    assert desk.titles(clip({59: 1.0}))[0] == "Song 59"
    without = Filters(excluded=frozenset({track_id("made-up", "59")}))
    assert "Song 59" not in desk.titles(clip({59: 1.0}), filters=without)


def test_likenesses_alone_are_enough_to_rank_by() -> None:
    only = Evidence(label="clip", likenesses=clip({5: 0.9, 6: 0.3}).likenesses)
    scores = [each.score for each in Desk(catalogue()).answer(only, limit=3).tracks]
    assert scores == pytest.approx([0.95, 0.65, 0.5])
    assert np.all(np.diff(scores) < 0)
