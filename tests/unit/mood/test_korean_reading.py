"""Which texts of a batch the Korean network reads, and what it changes in them."""

import numpy as np
import pytest

from services.mood.backends.korean_features import Features, morpheme_features
from services.mood.backends.korean_heads import KoreanHeads, heads_of, network_of
from services.mood.backends.korean_reading import KoreanReading
from services.mood.blending import Felt
from training.mood.korean_learning import Pupil
from training.mood.korean_network import Vocabulary

LABELS = [f"emotion {number}" for number in range(28)]
KOTE = {f"label {number}": 0.2 for number in range(44)}
SAD: list[Features] = [morpheme_features("슬프", "VA"), morpheme_features("다", "EF")]
ENGLISH: list[Features] = []


@pytest.fixture(scope="module")
def heads() -> KoreanHeads:
    dice = np.random.default_rng(2)
    tensors = {}
    for name, size in {"emotions": 28, "kote": 44, "affect": 3}.items():
        tensors[f"{name}.weight"] = dice.normal(size=(size, 384 + 256)).astype(np.float32)
        tensors[f"{name}.bias"] = dice.normal(size=size).astype(np.float32)
    return heads_of(tensors, {"version": "test", "mapped_share": 0.5, "kote": KOTE})


@pytest.fixture(scope="module")
def reading(heads: KoreanHeads) -> KoreanReading:
    kept = Pupil(Vocabulary([SAD] * 3)).tensors()
    network = network_of({f"network.{name}": value for name, value in kept.items()})
    return KoreanReading(network, heads)


def vectors(count: int) -> np.ndarray:
    made = np.random.default_rng(5).normal(size=(count, 384)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


def felt() -> Felt:
    emotions = dict.fromkeys(LABELS, 0.5)
    return Felt(emotions, np.zeros(13), 0.1, 0.2, labels={"goemotions": emotions})


def test_english_is_left_alone(reading: KoreanReading) -> None:
    given, told = vectors(2), [felt(), felt()]
    sensing = reading.sense([ENGLISH, SAD])
    assert sensing.rows == [1]
    search = reading.search(given, sensing)
    np.testing.assert_array_equal(search[0], given[0])
    assert not np.allclose(search[1], given[1])
    found = reading.felt(told, given, sensing)
    assert found[0] is told[0]
    assert found[1].emotions != told[1].emotions


def test_korean_is_told_in_both_vocabularies(reading: KoreanReading) -> None:
    given = vectors(1)
    (found,) = reading.felt([felt()], given, reading.sense([SAD]))
    assert list(found.labels["goemotions"]) == LABELS
    assert list(found.labels["kote"]) == list(KOTE)
    assert all(0 <= score <= 1 for scores in found.labels.values() for score in scores.values())
    assert all(-1 <= each <= 1 for each in (found.valence, found.arousal, found.dominance))


def test_search_vectors_keep_their_length(reading: KoreanReading) -> None:
    search = reading.search(vectors(3), reading.sense([SAD, ENGLISH, SAD]))
    np.testing.assert_allclose(np.linalg.norm(search, axis=1), 1.0, atol=1e-5)


def test_a_batch_without_korean_costs_nothing(reading: KoreanReading) -> None:
    given = vectors(2)
    sensing = reading.sense([ENGLISH, ENGLISH])
    assert reading.search(given, sensing) is given
    assert sensing.rows == []


def test_feelings_do_not_depend_on_the_batch(reading: KoreanReading) -> None:
    given = vectors(2)
    both = reading.felt([felt(), felt()], given, reading.sense([SAD, SAD]))
    alone = reading.felt([felt()], given[1:], reading.sense([SAD]))
    assert both[1].valence == pytest.approx(alone[0].valence, abs=1e-5)
