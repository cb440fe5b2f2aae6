"""The training scripts' small parts, and the shipped network on real photos."""

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from services.captioner.domain import Kind
from services.captioner.lexicon import lexicon
from training.captioner import vocabulary
from training.captioner.calibration import expected_error, fitted

DATA = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
MODEL = Path(__file__).parents[3] / "models" / "captioner"
TAGS = vocabulary.lexicon_tags()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("dogs", "dog"),
        ("running", "run"),
        ("runs", "run"),
        ("riding", "ride"),
        ("puppies", "puppy"),
        ("beaches", "beach"),
        ("jumped", "jump"),
        ("grass", "grass"),
        ("building", "building"),
        ("xylophones", "xylophones"),
    ],
)
def test_words_are_brought_to_a_form_that_is_known(word: str, expected: str) -> None:
    assert vocabulary.lemma(word, frozenset(TAGS)) == expected


def test_a_caption_counts_once_for_every_tag_it_says() -> None:
    captions = ["A puppy and a dog run .", "Two dogs running", "A cat"]
    said = vocabulary.spoken(captions, TAGS)
    assert (said["dog"], said["run"], said["cat"], said["two"]) == (2, 2, 1, 1)


def test_calibration_repairs_overconfident_scores() -> None:
    generator = np.random.default_rng(0)
    honest = generator.normal(-1.0, 1.5, (4000, 3)).astype(np.float32)
    truth = generator.random(honest.shape) < 1 / (1 + np.exp(-honest))
    boastful = 3 * honest
    platt = fitted(boastful, truth)
    before, after = (
        expected_error((1 / (1 + np.exp(-logits))).astype(np.float32), truth)
        for logits in (boastful, platt.applied(boastful))
    )
    assert after < 0.02 < before


def test_entries_of_unknown_truth_do_not_move_the_calibration() -> None:
    logits = np.array([[2.0], [-2.0], [5.0]] * 50, dtype=np.float32)
    truth = np.array([[True], [False], [False]] * 50)
    known = np.array([[1.0], [1.0], [0.0]] * 50, dtype=np.float32)
    platt = fitted(logits, truth, weights=known)
    assert platt.applied(logits)[0, 0] > 2.0


def test_every_word_the_network_knows_has_its_korean_word_and_kind() -> None:
    session = ort.InferenceSession((MODEL / "encoder.onnx").read_bytes())
    about = session.get_modelmeta().custom_metadata_map
    words = [word for key in ("tags", "scenes", "objects") for word in json.loads(about[key])]
    assert len(words) > 200
    assert [word for word in words if not lexicon().korean(word)] == []
    assert {lexicon().kind(word) for word in words} == set(Kind)


def test_the_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.glob("*.onnx")) <= 16_000_000


@pytest.mark.training_data
@pytest.mark.skipif(not DATA.exists(), reason="the training data is not beside the checkout")
def test_the_shipped_network_recognises_what_captions_say() -> None:
    from training.captioner import corpora
    from training.captioner.evaluate import Network, mean_precision

    dev = corpora.captioned(DATA, "dev")
    network = Network(MODEL)
    said = [vocabulary.spoken(five, TAGS) for five in dev.captions[:300]]
    truth = vocabulary.mentions(said, network.tags) >= 2
    common = truth.sum(0) >= 10
    precision = mean_precision(
        network.output("tag_logits", dev.pixels[:300])[:, common], truth[:, common]
    )
    assert precision > 0.4
