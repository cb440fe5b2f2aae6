"""The network that reads Korean morphemes."""

import numpy as np
import pytest

from services.mood.backends.korean import Korean
from services.mood.backends.korean_features import (
    LONGEST_MORPHEMES,
    Features,
    features,
    morpheme_features,
)
from services.mood.backends.korean_heads import mixed
from services.mood.backends.korean_network import WIDTH, KoreanNetwork
from training.mood.korean_learning import Comments, Course, Pairs, Pupil
from training.mood.korean_network import Vocabulary

SENTENCES = [
    "오늘 정말 행복해",
    "너무 슬퍼서 울었다",
    "비 오는 밤",
    "짜증나는 하루였어",
    "고마워요",
]


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({})


@pytest.fixture(scope="module")
def texts(korean: Korean) -> list[list[Features]]:
    return [features(korean.morphemes(sentence)) for sentence in SENTENCES]


@pytest.fixture(scope="module")
def pupil(texts: list[list[Features]]) -> Pupil:
    return Pupil(Vocabulary(texts * 3))


def test_numpy_says_what_torch_says(pupil: Pupil, texts: list[list[Features]]) -> None:
    served = KoreanNetwork(pupil.tensors()).sense(texts)
    taught = pupil.sense(pupil.vocabulary.texts(texts))
    for name in ("emotions", "kote", "affect"):
        np.testing.assert_allclose(served.scores[name], taught[name], atol=0.01)
    lengths = np.linalg.norm(taught["vector"], axis=1, keepdims=True)
    np.testing.assert_allclose(served.vector, taught["vector"] / lengths, atol=0.01)


def test_a_text_reads_the_same_alone_and_among_others(
    pupil: Pupil, texts: list[list[Features]]
) -> None:
    network = KoreanNetwork(pupil.tensors())
    together, alone = network.sense(texts), network.sense(texts[2:3])
    np.testing.assert_allclose(together.features[2], alone.features[0], atol=1e-5)


def test_nothing_known_is_told_as_nothing(pupil: Pupil) -> None:
    unknown = [morpheme_features("qwxz", "SL")]
    sensed = KoreanNetwork(pupil.tensors()).sense([unknown, []])
    assert not sensed.known.any()
    assert not sensed.vector.any()
    assert sensed.features.shape == (2, 2 * WIDTH)


def test_only_what_was_learned_whole_counts_as_seen(pupil: Pupil) -> None:
    network = KoreanNetwork(pupil.tensors())
    whole, pieces = morpheme_features("행복", "NNG"), morpheme_features("행복행복", "NNG")
    assert network.seen([whole, pieces]) == pytest.approx(0.5)
    assert network.seen([]) == 0.0


def test_nothing_to_read_is_no_rows(pupil: Pupil) -> None:
    assert KoreanNetwork(pupil.tensors()).sense([]).features.shape == (0, 2 * WIDTH)


def test_pairs_are_learned(pupil: Pupil, texts: list[list[Features]]) -> None:
    dice = np.random.default_rng(0)
    vectors = dice.normal(size=(5, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    emotions = np.eye(28, dtype=np.float32)[:5]
    affect = dice.uniform(-1, 1, (5, 3)).astype(np.float32)
    rows = pupil.vocabulary.texts(texts)
    pairs = Pairs(rows, rows, vectors, emotions, emotions, affect)
    comments = Comments(rows, np.eye(44, dtype=np.float32)[:5], affect)
    pupil.learn(pairs, comments, Course("test", steps=40, rate=5e-3, pairs=5, comments=5))
    said = pupil.sense(rows)
    assert (said["vector"] @ vectors.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    assert said["emotions"].argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    assert said["kote"].argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_laughter_counts_the_same_at_any_length() -> None:
    assert morpheme_features("ㅋㅋㅋㅋㅋㅋ", "SW") == morpheme_features("ㅋㅋㅋ", "SW")


def test_a_misspelt_word_shares_pieces_with_the_right_one() -> None:
    right, wrong = morpheme_features("괜찮", "VA"), morpheme_features("괜찬", "VA")
    assert right[0] != wrong[0]
    assert len(set(right) & set(wrong)) >= 4


def test_long_texts_are_cut(korean: Korean) -> None:
    assert len(features(korean.morphemes("비가 온다. " * 400))) == LONGEST_MORPHEMES


def test_a_mixture_leans_on_the_rendering_where_the_network_knows_nothing() -> None:
    rendered = np.eye(2, dtype=np.float32)
    mapped = np.array([[0, 0], [1, 0]], dtype=np.float32)
    found = mixed(rendered, mapped, 0.5)
    np.testing.assert_allclose(found[0], rendered[0], atol=1e-6)
    np.testing.assert_allclose(found[1], [0.5**0.5, 0.5**0.5], atol=1e-6)
