"""Likeness made comparable with the catalogue's own distribution."""

import numpy as np
import pytest

from services.recommender.calibration import Calibration, Distribution, features, probe
from services.recommender.tracks import Affect, Array
from tests.unit.recommender.songs import song, unit
from vts.moods import AUDIO_DIMENSIONS

CATALOGUE = [song(n, audio=unit(AUDIO_DIMENSIONS, 1000 + n)) for n in range(300)]


def filled() -> Calibration:
    calibration = Calibration()
    calibration.add(CATALOGUE)
    return calibration


def texts() -> Array:
    return features(
        "text", np.stack([s.vectors.text for s in CATALOGUE if s.vectors.text is not None])
    )


def test_mean_and_spread_equal_those_of_all_the_products() -> None:
    rows, query = texts(), unit(384, 7)
    distribution = Distribution.empty("text").with_rows(rows, 1)
    products = rows.astype(np.float64) @ query.astype(np.float64)
    trust = 300 / 320
    mean, spread = distribution.moments(query, (0.0, 0.0))
    assert mean == pytest.approx(trust * products.mean(), abs=1e-6)
    assert spread == pytest.approx(np.sqrt(trust) * products.std(), rel=1e-4)


def test_songs_taken_out_leave_no_trace() -> None:
    whole, part = filled(), Calibration()
    whole.remove(CATALOGUE[100:])
    part.add(CATALOGUE[:100])
    query = unit(384, 7)
    expected = part.scores("text", texts(), query)
    assert whole.scores("text", texts(), query) == pytest.approx(expected, abs=1e-5)


def test_a_random_song_scores_one_half_on_average_whatever_the_kind() -> None:
    calibration = filled()
    sounds = np.stack([s.vectors.audio for s in CATALOGUE if s.vectors.audio is not None])
    by_text = calibration.scores("text", texts(), unit(384, 5000))
    by_sound = calibration.scores("audio", features("audio", sounds), unit(AUDIO_DIMENSIONS, 5000))
    assert by_text.mean() == pytest.approx(0.5, abs=0.06)
    assert by_sound.mean() == pytest.approx(0.5, abs=0.06)


def test_scores_are_bounded_and_keep_the_order_of_cosines() -> None:
    rows, query = texts(), unit(384, 7)
    scores = filled().scores("text", rows, query)
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert np.argsort(scores).tolist() == np.argsort(rows @ query).tolist()


def test_affect_is_ordered_by_distance_on_the_plane() -> None:
    points = np.random.default_rng(1).uniform(-1, 1, (50, 2)).astype(np.float32)
    wanted = np.array([0.4, -0.6], np.float32)
    values = features("affect", points) @ probe("affect", wanted)
    distances = np.linalg.norm(points - wanted, axis=1)
    assert np.argsort(-values).tolist() == np.argsort(distances).tolist()


def test_an_empty_catalogue_still_gives_scores() -> None:
    scores = Calibration().scores(
        "mood", features("mood", np.eye(13, dtype=np.float32)), unit(13, 1)
    )
    assert np.isfinite(scores).all()


def test_songs_of_unknown_affect_are_not_counted() -> None:
    calibration = Calibration()
    calibration.add([song(0, affect=None), song(1, affect=Affect(0.5, -0.5, 1.0))])
    assert calibration.mean("affect") == pytest.approx([0.5, -0.5, 0.5])
