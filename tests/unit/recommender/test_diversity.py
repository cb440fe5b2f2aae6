"""A varied playlist out of a ranking."""

import numpy as np

from services.recommender.calibration import Calibration
from services.recommender.diversity import COMPARED, Selection, alikeness, select
from services.recommender.scoring import Candidates
from services.recommender.tracks import Array, Track
from tests.unit.recommender.songs import along, song, track, unit
from vts.moods import AUDIO_DIMENSIONS

NOTHING_ALIKE = np.eye(8, dtype=np.float32)
FALLING = np.linspace(0.9, 0.2, 8).astype(np.float32)


def chosen(
    tracks: list[Track], limit: int, *, alike: Array = NOTHING_ALIKE, diversity: float = 0.0
) -> Selection:
    size = len(tracks)
    return select(tracks, FALLING[:size], alike[:size, :size], limit=limit, diversity=diversity)


def test_without_diversity_the_ranking_stays() -> None:
    assert chosen([track(n) for n in range(5)], 5).chosen == (0, 1, 2, 3, 4)


def test_a_near_copy_of_a_picked_song_gives_way() -> None:
    alike = np.eye(4, dtype=np.float32)
    alike[0, 1] = alike[1, 0] = 1.0
    tracks = [track(n) for n in range(4)]
    assert chosen(tracks, 2, alike=alike, diversity=0.6).chosen == (0, 2)
    assert chosen(tracks, 2, alike=alike, diversity=0.0).chosen == (0, 1)


def test_no_artist_appears_more_than_twice_while_others_are_left() -> None:
    tracks = [track(n, artists=("Same",)) for n in range(4)] + [track(n) for n in (4, 5)]
    selection = chosen(tracks, 4)
    assert selection.chosen == (0, 1, 4, 5)
    assert not selection.caps_raised


def test_a_guest_counts_as_an_artist() -> None:
    tracks = [track(n, artists=(f"Host {n}", "Guest")) for n in range(3)] + [track(3)]
    assert chosen(tracks, 3).chosen == (0, 1, 3)


def test_no_album_appears_more_than_three_times_while_others_are_left() -> None:
    compilation = [track(n, album="Drama OST", year=2019) for n in range(5)]
    others = [track(n) for n in (5, 6)]
    assert chosen([*compilation, *others], 5).chosen == (0, 1, 2, 5, 6)


def test_a_catalogue_of_one_artist_is_not_cut_short() -> None:
    selection = chosen([track(n, artists=("Only",)) for n in range(5)], 5)
    assert selection.chosen == (0, 1, 2, 3, 4)
    assert selection.caps_raised


def test_songs_are_alike_by_what_both_have() -> None:
    songs = [
        song(0, text=along(384, 0), mood=along(13, 0)),
        song(1, text=along(384, 0), mood=along(13, 0), audio=unit(AUDIO_DIMENSIONS, 1)),
        song(2, text=along(384, 9), mood=along(13, 9)),
    ]
    calibration = Calibration()
    calibration.add(songs)
    alike = alikeness(Candidates.of(songs), {kind: calibration.mean(kind) for kind in COMPARED})
    assert alike[0, 1] > 0.99
    assert alike[0, 2] < 0.01
