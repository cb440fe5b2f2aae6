"""The fits and measures behind the heads, and the one figure that must not fall."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from services.mood.backends.embedding import EmbeddingReader
from services.mood.backends.heads import load
from training.mood import blends, confusions, five_moods, heads, train
from training.mood.corpora import Labelled, Request, requests
from training.mood.evaluate import emobank_figures
from training.mood.fitting import correlation, folds, logistic, platt, ridge, sigmoid
from training.mood.measuring import (
    Answer,
    area,
    calibration_error,
    macro_f1,
    top_calibration_error,
    wish_score,
)
from vts.moods import MOODS
from vts.moods.taxonomies import labels

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


def test_calibration_error_is_the_distance_from_what_came_true() -> None:
    assert calibration_error([0.2] * 10, [0] * 8 + [1] * 2) == pytest.approx(0.0)
    assert calibration_error([0.9] * 10, [0] * 8 + [1] * 2) == pytest.approx(0.7)
    assert calibration_error([1.0, 0.0], [1, 0]) == pytest.approx(0.0)


def test_calibration_error_of_labels_is_their_mean_or_that_of_the_top() -> None:
    said = np.array([[0.9, 0.2]] * 10)
    true = np.array([[0.0, 0.0]] * 8 + [[1.0, 1.0]] * 2)
    assert calibration_error(said, true) == pytest.approx(0.35)
    assert top_calibration_error(said, true) == pytest.approx(0.7)


def test_the_five_moods_drop_what_they_do_not_gather() -> None:
    names = list(labels("goemotions"))
    rows = [["joy"], ["joy", "fear"], ["neutral"], ["love", "grief"]]
    targets = np.array([[float(name in row) for name in names] for row in rows], dtype=np.float32)
    kept, truth = five_moods.told(Labelled(["a", "b", "c", "d"], targets), names)
    assert kept.tolist() == [0, 3]
    assert truth.tolist() == [[True, False, False, False, False], [False, True, True, False, False]]


def test_the_likeliest_of_five_is_always_said_and_others_by_their_share() -> None:
    scored = np.array([[0.5, 0.4, 0.0, 0.0, 0.0], [0.1, 0.01, 0.0, 0.0, 0.0]])
    said = five_moods.said(scored, 0.4)
    assert said.sum(axis=1).tolist() == [2, 1]
    assert five_moods.micro_f1(said, said) == 1.0


def test_a_confusion_says_who_is_taken_for_whom() -> None:
    truth, scores = np.zeros((4, 13)), np.zeros((4, 13))
    truth[[0, 1, 2], MOODS.index("sad")] = 1.0
    scores[[0, 1], MOODS.index("sad")] = 0.9
    scores[2, MOODS.index("calm")] = 0.6
    table = confusions.confusion(scores, truth, np.full(13, 0.5))
    sad, calm, nothing = MOODS.index("sad"), MOODS.index("calm"), len(MOODS)
    assert table[sad, sad] == pytest.approx(2 / 3)
    assert table[sad, calm] == pytest.approx(1 / 3)
    assert table[nothing, nothing] == 1.0


def test_a_confusion_is_written_as_a_table_and_a_picture(tmp_path: Path) -> None:
    confusions.write(np.eye(14), tmp_path)
    flat = json.loads((tmp_path / "eval-mood-confusion.json").read_text(encoding="utf-8"))
    assert flat["sad_said_sad"] == 1.0
    assert flat["sad_said_nothing"] == 0.0
    assert (tmp_path / "eval-mood-confusion.png").stat().st_size > 1000


def test_the_emotion_head_is_calibrated_on_what_it_did_not_learn(
    random: np.random.Generator,
) -> None:
    inputs = random.standard_normal((4000, 6)).astype(np.float32)
    weight = random.standard_normal((2, 4)).astype(np.float32)
    bias = np.array([0.3, -1.0], dtype=np.float32)
    chances = sigmoid(0.5 * (inputs[:, 2:] @ weight.T + bias))
    targets = (random.random(chances.shape) < chances).astype(np.float32)
    tensors = heads.emotion_head((weight, bias), inputs, targets)
    assert tensors["emotions.weight"][:, :2] == pytest.approx(0.0)
    assert tensors["emotions.weight"][:, 2:] == pytest.approx(0.5 * weight, abs=0.15)
    said = sigmoid(inputs @ tensors["emotions.weight"].T + tensors["emotions.bias"])
    assert calibration_error(said, targets) < 0.03


def test_affect_is_stretched_to_the_places_of_the_emotions() -> None:
    names = list(labels("goemotions"))
    places = np.array([[each.valence, each.arousal, 0.0] for each in labels("goemotions").values()])
    scores = (0.2 * places + 0.1).astype(np.float32)
    gain, offset = heads.stretch(scores, np.eye(len(names), dtype=np.float32), names)
    assert gain == pytest.approx([5.0, 5.0, 1.0])
    assert offset[:2] == pytest.approx([-0.5, -0.5])


def test_heads_come_back_as_they_were_written(
    random: np.random.Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = {
        f"{name}.weight": random.standard_normal((outputs, inputs)).astype(np.float32)
        for name, outputs, inputs in (("emotions", 28, 768), ("affect", 3, 796), ("music", 13, 768))
    }
    tensors |= {
        f"{name}.bias": np.zeros(len(tensors[f"{name}.weight"]), dtype=np.float32)
        for name in ("emotions", "affect", "music")
    }
    tensors["music.base"] = np.full(13, 0.1, dtype=np.float32)
    monkeypatch.setattr(train, "FOLDER", tmp_path)
    names = list(labels("goemotions"))
    train.write(tensors, names, blends.START)
    assert (tmp_path / "heads.safetensors").stat().st_mode & 0o777 == 0o644
    loaded = load(tmp_path)
    assert loaded.blend == blends.START
    assert loaded.labels == tuple(names)
    search, feeling = random.standard_normal((2, 4, 384)).astype(np.float32)
    for felt in loaded.feel(search, feeling):
        assert felt.labels["goemotions"] == felt.emotions
        assert max(map(abs, (felt.valence, felt.arousal, felt.dominance))) <= 1.0
        assert felt.music.min() >= 0.0


@pytest.mark.training_data
@pytest.mark.skipif(not DATA.exists(), reason="the training data is not beside the checkout")
def test_affect_follows_the_ratings_of_emobank() -> None:
    reader = EmbeddingReader(threads=2, cache_entries=1)
    reader.load()
    valence, arousal, dominance = emobank_figures(reader, DATA)
    assert valence.model >= 0.68
    assert arousal.model >= 0.50
    assert dominance.model >= 0.30
    assert abs(valence.floor) < 0.15
