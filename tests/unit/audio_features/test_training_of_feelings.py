"""Training finds what is there to be found, never looks at what it is tested on, and repeats."""

import numpy as np
import pytest

from services.audio_features.domain import Key, Tempo
from training.audio_features.fitting import Choice, Labels, fit_process, fit_projection, fit_trust
from training.audio_features.sketches import Heard, accuracies
from training.audio_features.textures import fit_basis
from training.audio_features.trusting import found_agreement, trust_figures
from training.audio_features.validation import (
    HeldOut,
    correlations,
    folds,
    held_out,
    mean_correlation,
)
from training.audio_features.vectors import Sounds, Vectors


def made_up(clips: int = 60, seed: int = 0) -> tuple[Sounds, Labels]:
    """Three causes behind 140 numbers, nine shares and the genre; halves differ a little."""
    random = np.random.default_rng(seed)
    causes = random.normal(size=(clips, 3))
    mixing = random.normal(size=(3, 140))
    whole, first, second = (
        Vectors(
            (causes @ mixing + 0.1 * random.normal(size=(clips, 140))).astype(np.float32), (100, 20)
        )
        for _ in range(3)
    )
    shares = 0.5 + 0.2 * np.tanh(causes @ random.normal(size=(3, 9)))
    genres = (causes[:, 0] > 0).astype(int) + 2 * (causes[:, 1] > 0)
    labels = Labels(shares.astype(np.float32), np.full(clips, 200, np.float32), genres)
    return Sounds(whole, first, second), labels


@pytest.fixture(scope="module")
def said() -> tuple[HeldOut, Labels]:
    sounds, labels = made_up()
    return held_out(lambda _: sounds, labels, seed=0), labels


def test_folds_split_every_clip_once() -> None:
    tested = np.concatenate([test for _, test in folds(23, seed=1)])
    assert sorted(tested.tolist()) == list(range(23))
    assert all(not set(learn) & set(test) for learn, test in folds(23, seed=1))


def test_what_can_be_learned_is_learned(said: tuple[HeldOut, Labels]) -> None:
    run, labels = said
    assert mean_correlation(run.shares, labels.shares) > 0.8
    assert (run.genres.argmax(axis=1) == labels.genres).mean() > 0.7
    np.testing.assert_allclose(run.genres.sum(axis=1), 1, atol=1e-5)
    assert run.is_own.mean() > 0.8


def test_chance_is_not_learned() -> None:
    sounds, labels = made_up()
    order = np.random.default_rng(1).permutation(60)
    run = held_out(lambda _: sounds, labels.only(order), seed=0)
    assert mean_correlation(run.shares, labels.shares[order]) < 0.2
    assert (run.genres.argmax(axis=1) == labels.genres[order]).mean() < 0.5


def test_a_clip_is_never_heard_by_what_it_has_taught() -> None:
    sounds, labels = made_up()
    taught: list[set[int]] = []

    def heard(learn: np.ndarray) -> Sounds:
        taught.append(set(learn.tolist()))
        return sounds

    held_out(heard, labels, seed=3)
    tests = [set(test.tolist()) for _, test in folds(60, seed=3)]
    assert all(not known & unseen for known, unseen in zip(taught, tests, strict=True))


def test_confidence_is_near_the_agreement_found(said: tuple[HeldOut, Labels]) -> None:
    run, labels = said
    assert abs(run.confidences.mean() - found_agreement(run, labels).mean()) < 0.1
    assert trust_figures([run], labels)["confidence_error"] < 0.15


def test_doubt_follows_what_predictions_leave_open() -> None:
    _, labels = made_up()
    random = np.random.default_rng(0)
    centre = labels.shares.mean(axis=0)
    doubts = []
    for kept in (0.9, 0.3):
        noise = random.permutation(labels.shares) - centre
        predicted = centre + kept * (labels.shares - centre) + (1 - kept) * noise
        outputs = np.hstack([predicted, np.eye(4)[labels.genres]]).astype(np.float32)
        doubts.append(fit_trust(outputs, labels).doubt)
    assert doubts[0] < doubts[1]


def test_training_twice_gives_the_same_model() -> None:
    sounds, labels = made_up()
    one, other = (
        fit_process(fit_projection(sounds).project(sounds.whole.rows), labels, Choice(0.5, 1.0))
        for _ in range(2)
    )
    assert np.array_equal(one.weights, other.weights)


def test_training_clips_are_projected_to_mean_length_one() -> None:
    sounds, _ = made_up()
    lengths = np.linalg.norm(fit_projection(sounds).project(sounds.whole.rows), axis=1)
    assert float(np.mean(lengths**2)) == pytest.approx(1, abs=0.1)


def test_what_changes_within_a_piece_counts_for_less() -> None:
    sounds, _ = made_up(clips=150)
    drift = np.random.default_rng(2).normal(size=(150, 1)) * np.linspace(-1, 1, 140)
    drifting = Vectors((sounds.first.rows + 5 * drift).astype(np.float32), (100, 20))

    def apart(spread_by: Sounds) -> float:
        projection = fit_projection(spread_by)
        one, other = (
            projection.embed(projection.project(each.rows)) for each in (drifting, sounds.second)
        )
        return float((one * other).sum(axis=1).mean())

    assert apart(Sounds(sounds.whole, drifting, sounds.second)) > apart(sounds)


def test_textures_keep_what_varies_most() -> None:
    random = np.random.default_rng(0)
    causes = random.normal(size=(400, 5))
    pooled = np.exp(causes @ random.normal(size=(5, 200)) * 0.3).astype(np.float32)
    basis = fit_basis(pooled)
    variances = basis.textures(pooled).var(axis=0)
    assert basis.axes.shape == (128, 200)
    assert (np.diff(variances) < 1e-3).all()
    assert variances[:5].sum() > 0.9 * variances.sum()


def test_a_prediction_that_never_changes_has_no_correlation() -> None:
    _, labels = made_up()
    constant = np.full_like(labels.shares, 0.3)
    assert correlations(constant, labels.shares) == pytest.approx(np.zeros(9), abs=1e-5)


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
