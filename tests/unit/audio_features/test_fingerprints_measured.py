"""The measurement of finding clips counts as it says, in the catalogue and without the song."""

import numpy as np
import pytest

from services.audio_features.certainty import CERTAINTY
from services.audio_features.domain import Floats, Sequence
from training.audio_features.matching_baselines import mean_mfcc_ranks
from training.audio_features.matching_certainty import fitted, reliability
from training.audio_features.matching_corpus import Heard, Song
from training.audio_features.matching_trials import Trial, WindowIndex, tried

STEP = 0.0929


def smooth(frames: int, width: int, random: np.random.Generator) -> Floats:
    """Values that change every half second, as music does."""
    return np.repeat(random.normal(size=(-(-frames // 5), width)), 5, axis=0)[:frames].astype(
        np.float32
    )


def by_both(points: np.ndarray) -> Floats:
    """The same points by each of two networks."""
    return np.stack([points] * 2).astype(np.float32)


def made_up(index: int) -> Song:
    """A song of 20 s, and six seconds of it from 5 s on."""
    random = np.random.default_rng(index)
    mfcc, chroma = smooth(216, 20, random) * 20, np.abs(smooth(216, 12, random))
    points = random.normal(size=(3, 128))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    first = round(5 / STEP)
    return Song(
        f"song {index}",
        Heard(
            np.array([0.0, 5.0, 10.0], np.float32),
            by_both(points),
            Sequence(mfcc, STEP),
            Sequence(chroma, STEP),
        ),
        first * STEP,
        {
            "clean": Heard(
                np.zeros(1, np.float32),
                by_both(points[1:2]),
                Sequence(mfcc[first : first + 65], STEP),
                Sequence(chroma[first : first + 65], STEP),
            )
        },
    )


@pytest.fixture(scope="module")
def songs() -> list[Song]:
    return [made_up(index) for index in range(8)]


def test_the_window_index_puts_the_song_of_the_nearest_window_first(songs: list[Song]) -> None:
    windows = WindowIndex([song.song for song in songs], network=0)
    for index, song in enumerate(songs):
        order = windows.ordered(song.clips["clean"])
        assert order[0] == index
        assert sorted(order.tolist()) == list(range(len(songs)))


def test_a_clip_is_found_where_it_was_cut_and_missed_where_its_song_is_not(
    songs: list[Song],
) -> None:
    windows = [WindowIndex([song.song for song in songs], network) for network in range(2)]
    trial = tried(songs, windows, 3, "clean")
    assert trial.rank == 0
    assert trial.window_rank == 0
    assert trial.start_error < 0.2
    assert len(trial.present) == len(songs)
    assert len(trial.absent) == len(songs) - 1
    assert min(trial.absent) > min(trial.present)
    assert trial.confidence() > trial.absent_confidence()


def test_the_baseline_finds_a_clip_that_is_all_of_its_window() -> None:
    songs = [made_up(index) for index in range(6)]
    whole = [
        Song(song.name, song.song, 0.0, {"clean": Heard(
            song.song.starts[:1],
            song.song.points[:, :1],
            Sequence(song.song.mfcc.frames[:108], STEP),
            song.song.chroma,
        )})
        for song in songs
    ]  # fmt: skip
    assert mean_mfcc_ranks(whole, "clean").tolist() == [0] * 6


def trial(song: int, best: float, runner_up: float, found: bool) -> Trial:
    return Trial(
        song,
        "clean",
        0,
        0 if found else 3,
        0.0,
        (best, runner_up, 0.8),
        (0.7, 0.72, 0.8),
    )


def test_certainty_rises_with_the_margin_and_falls_with_the_distance() -> None:
    random = np.random.default_rng(0)
    far = [trial(2 * n, random.uniform(0.6, 0.65), 0.7, found=False) for n in range(40)]
    near = [trial(2 * n, random.uniform(0.1, 0.4), 0.7, found=True) for n in range(40)]
    table = fitted(far + near)
    assert table.per_distance < 0
    assert table.per_margin > 0
    assert table.most_margin == CERTAINTY.most_margin
    assert table.alone_distance == pytest.approx(0.7)


def test_reliability_is_judged_on_odd_songs_alone() -> None:
    odd = [trial(2 * n + 1, 0.2, 0.7, found=True) for n in range(10)]
    even = [trial(2 * n, 0.2, 0.7, found=False) for n in range(10)]
    assert reliability(odd) == reliability(odd + even)
    assert reliability(odd)["confidence_calibration_error"] < 0.2
    assert reliability([trial(1, 0.2, 0.7, found=False)])["confidence_calibration_error"] > 0.3
