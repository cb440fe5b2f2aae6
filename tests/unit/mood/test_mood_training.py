"""The fits and measures behind the heads, and the one figure that must not fall."""

import os
from pathlib import Path

import numpy as np
import pytest

from services.mood.backends.embedding import EmbeddingReader
from training.mood.corpora import Request, requests
from training.mood.evaluate import emobank_figures
from training.mood.fitting import correlation, folds, logistic, platt, ridge, sigmoid
from training.mood.measuring import Answer, area, macro_f1, wish_score
from vts.moods import MOODS

DATA = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


def test_ridge_finds_a_plane(random: np.random.Generator) -> None:
    inputs = random.standard_normal((400, 5)).astype(np.float32)
    slopes = np.array([[1.0, -2.0, 0.5, 0.0, 3.0]], dtype=np.float32)
    weight, bias = ridge(inputs, inputs @ slopes.T + 4.0, 1e-3)
    assert weight == pytest.approx(slopes, abs=1e-3)
    assert bias == pytest.approx([4.0], abs=1e-3)


def test_logistic_gives_probabilities_that_match_the_rates(random: np.random.Generator) -> None:
    inputs = random.standard_normal((4000, 3)).astype(np.float32)
    truth = sigmoid(inputs @ np.array([[2.0], [0.0], [-1.0]], dtype=np.float32) - 1.0)
    targets = (random.random(truth.shape) < truth).astype(np.float32)
    weight, bias = logistic(inputs, targets, 1e-6)
    found = sigmoid(inputs @ weight.T + bias)
    assert found.mean() == pytest.approx(targets.mean(), abs=1e-3)
    assert correlation(found.ravel(), truth.ravel()) > 0.99


def test_calibration_undoes_a_stretch(random: np.random.Generator) -> None:
    scores = random.standard_normal((4000, 1)).astype(np.float32)
    targets = (random.random(scores.shape) < sigmoid(scores)).astype(np.float32)
    slope, offset = platt(3 * scores + 1, targets)
    assert slope[0] == pytest.approx(1 / 3, abs=0.05)
    assert offset[0] == pytest.approx(-1 / 3, abs=0.1)


def test_folds_hold_every_row_out_once() -> None:
    held = [row for _, part in folds(23) for row in part.tolist()]
    assert sorted(held) == list(range(23))
    assert all(not set(learn) & set(part) for learn, part in folds(23))


def test_area_counts_ties_as_half() -> None:
    assert area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == pytest.approx(0.75)
    assert area([1, 1, 1, 1], [0, 1, 0, 1]) == pytest.approx(0.5)


def test_f1_counts_each_label_the_same() -> None:
    scores, truth = np.array([[0.9, 0.1], [0.2, 0.1]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert macro_f1(scores, truth, 0.5) == pytest.approx(0.5)


def test_a_wish_is_met_by_its_mood_and_signs() -> None:
    moods = [float(mood == "calm") for mood in MOODS]
    wish = Request("quiet", "en", frozenset({"calm"}), 1, -1)
    score = wish_score([wish], [Answer(moods, 0.5, 0.5)])
    assert (score.top_mood, score.valence_sign, score.arousal_sign) == (1.0, 1.0, 0.0)


def test_the_two_halves_of_the_wishes_share_nothing() -> None:
    tune, held = ({wish.text for wish in requests(half)} for half in ("tune", "held"))
    assert tune
    assert held
    assert not tune & held
    assert all(wish.moods <= set(MOODS) for half in ("tune", "held") for wish in requests(half))


@pytest.mark.training_data
@pytest.mark.skipif(not DATA.exists(), reason="the training data is not beside the checkout")
def test_affect_follows_the_ratings_of_emobank() -> None:
    reader = EmbeddingReader(threads=2, cache_entries=1)
    reader.load()
    valence, arousal = emobank_figures(reader, DATA)
    assert valence.model >= 0.63
    assert arousal.model >= 0.45
    assert abs(valence.floor) < 0.15
