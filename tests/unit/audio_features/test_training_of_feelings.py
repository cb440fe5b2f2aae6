"""Training finds what is there to be found, never looks at what it is tested on, and repeats."""

import numpy as np
import pytest

from services.audio_features.domain import Key, Tempo
from training.audio_features.clips import Vectors
from training.audio_features.fitting import (
    Smoothness,
    correlations,
    fit_emotions,
    fit_projection,
    folds,
    mean_correlation,
    out_of_fold,
)
from training.audio_features.sketches import Heard, accuracies


def made_up(clips: int = 60, seed: int = 0) -> tuple[Vectors, np.ndarray]:
    random = np.random.default_rng(seed)
    causes = random.normal(size=(clips, 3))
    rows = causes @ random.normal(size=(3, 120)) + 0.1 * random.normal(size=(clips, 120))
    shares = 0.5 + 0.1 * np.tanh(causes @ random.normal(size=(3, 9)))
    return Vectors(rows.astype(np.float32), (100, 20)), shares.astype(np.float32)


def test_folds_split_every_clip_once() -> None:
    tested = np.concatenate([test for _, test in folds(23, seed=1)])
    assert sorted(tested.tolist()) == list(range(23))
    assert all(not set(learn) & set(test) for learn, test in folds(23, seed=1))


def test_what_can_be_learned_is_learned_and_chance_is_not() -> None:
    vectors, shares = made_up()
    predicted, known = out_of_fold(vectors, shares, seed=0)
    assert mean_correlation(predicted, shares) > 0.8
    assert ((known >= 0) & (known <= 1)).all()
    shuffled = np.random.default_rng(1).permutation(shares)
    assert mean_correlation(out_of_fold(vectors, shuffled, seed=0)[0], shuffled) < 0.2


def test_training_twice_gives_the_same_model() -> None:
    vectors, shares = made_up()
    one, other = (
        fit_emotions(fit_projection(vectors).project(vectors.rows), shares, Smoothness(0.5, 1.0))
        for _ in range(2)
    )
    assert np.array_equal(one.weights, other.weights)


def test_training_clips_are_projected_to_mean_length_one() -> None:
    vectors, _ = made_up()
    lengths = np.linalg.norm(fit_projection(vectors).project(vectors.rows), axis=1)
    assert float(np.mean(lengths**2)) == pytest.approx(1, abs=0.1)


def test_a_prediction_that_never_changes_has_no_correlation() -> None:
    _, shares = made_up()
    assert correlations(np.full_like(shares, 0.3), shares) == pytest.approx(np.zeros(9), abs=1e-5)


def heard(bpm: float, tonic: str, mode: str) -> Heard:
    return Heard("x", 100.0, "C major", Tempo(bpm, 1.0), Key(tonic, mode, 1.0))


def test_octaves_and_near_keys_are_scored_as_agreed() -> None:
    right, octave, wrong = (
        heard(103, "C", "major"),
        heard(50, "G", "major"),
        heard(75, "A", "minor"),
    )
    results = accuracies([right, octave, wrong, heard(100, "C", "minor")])
    assert results["tempo_accuracy_1_tuned_half"] == 0.5
    assert results["tempo_accuracy_2_other_half"] == 1.0
    assert results["key_accuracy_tuned_half"] == 0.5
    assert results["key_mirex_score_tuned_half"] == pytest.approx((1 + 0.3) / 2)
    assert results["key_mirex_score_other_half"] == pytest.approx((0.5 + 0.2) / 2)
