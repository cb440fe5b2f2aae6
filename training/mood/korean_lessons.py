"""Everything the Korean network and its heads are taught, prepared and split."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.mood.backends import heads
from services.mood.backends.graph import DIMENSIONS
from services.mood.backends.korean_features import Features
from training.mood import corpora, korean_corpora
from training.mood.fitting import Floats
from training.mood.korean_corpora import Kote, Rows, morphemes
from training.mood.korean_learning import Comments, Pairs
from training.mood.korean_network import Vocabulary
from training.mood.vectors import features
from vts.moods.taxonomies import mood_vector

HELD_PAIRS = 4300
"""Pairs kept from the network: the heads are mixed and calibrated on them."""
SPLIT_SEED = 9
COMMENTS_COUNT = 2
"""How often a comment counts when the vocabulary is chosen; an English original counts a half."""


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """GoEmotions' translated pairs, row for row, and KOTE's comments.

    `learn` and `held` are rows of `korean`, `emotions` (rows, 28), `originals` (rows, 384) and
    `affect` (rows, 3), which is what the English heads read in the originals; `pairs` are those
    to learn from as numbers, `held_features` the others as features.
    """

    korean: list[str]
    emotions: Floats
    originals: Floats
    affect: Floats
    learn: Rows
    held: Rows
    pairs: Pairs
    held_features: list[list[Features]]
    kote: Kote
    comments: Comments
    vocabulary: Vocabulary


def prepared(data: Path) -> Lessons:
    """Reads, splits and numbers everything."""
    english = corpora.goemotions(data, "train")
    korean = corpora.goemotions(data, "train", "ko").texts
    kote = korean_corpora.kote(data)
    translated = morphemes(korean, "goemotions-ko")
    originals = morphemes(english.texts, "goemotions-en")
    comments = morphemes(kote.learn.texts, "kote")
    everyday = morphemes(korean_corpora.songys(data), "songys")
    vocabulary = Vocabulary(
        [*translated, *comments * COMMENTS_COUNT, *everyday, *originals[::COMMENTS_COUNT]]
    )
    told = features(english.texts, "goemotions", threads=1)
    taught, affect = teacher(told)
    told = told[:, :DIMENSIONS]
    learn, held = split(len(korean))
    pairs = Pairs(
        vocabulary.texts(translated),
        vocabulary.texts(originals),
        told,
        english.targets,
        taught,
        affect,
    )
    return Lessons(
        korean=korean,
        emotions=english.targets,
        originals=told,
        affect=affect,
        learn=learn,
        held=held,
        pairs=pairs.rows(learn),
        held_features=[translated[row] for row in held],
        kote=kote,
        comments=Comments(vocabulary.texts(comments), kote.learn.targets, valences(kote)),
        vocabulary=vocabulary,
    )


def split(count: int) -> tuple[Rows, Rows]:
    """The rows of pairs to learn from, and those kept back."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    return np.sort(order[HELD_PAIRS:]), np.sort(order[:HELD_PAIRS])


def teacher(originals: Floats) -> tuple[Floats, Floats]:
    """What the English heads read in originals, given their features (texts, 768).

    That is 28 probabilities, and valence, arousal and dominance.
    """
    felt = heads.load().feel(originals[:, :DIMENSIONS], originals[:, DIMENSIONS:])
    emotions = np.array([list(each.emotions.values()) for each in felt], dtype=np.float32)
    affect = np.array([[each.valence, each.arousal, each.dominance] for each in felt])
    return emotions, affect.astype(np.float32)


def valences(kote: Kote) -> Floats:
    """The valence of the comments to learn from; the rest of (comments, 3) is not known, so NaN.

    Labels of strong feelings say little of how lively a sentence is: taught their arousal, the
    network read almost everything as excited.
    """
    found = np.full((len(kote.learn.texts), 3), np.nan, dtype=np.float32)
    found[:, 0] = places(kote.learn.targets, kote.names)[:, 0]
    return found


def places(marks: Floats, names: Sequence[str]) -> Floats:
    """Where KOTE's marks lie on the plane, (rows, 2)."""
    means = [mood_vector("kote", dict(zip(names, map(float, row), strict=True))) for row in marks]
    return np.array([[mean.valence, mean.arousal] for mean in means], dtype=np.float32)
