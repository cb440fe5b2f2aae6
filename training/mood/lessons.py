"""What the feeling branch learns from: sentences with emotions, affect, or moods of music."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood import english
from services.mood.lexicon import meanings
from services.mood.wording import Sense, find_hits, make_sense
from training.mood import corpora
from training.mood.fitting import folds

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

HELD_FOLDS = 10
"""One row in ten is held out: to choose, to calibrate and to blend by; never trained on."""
REPEATS = {"emotions": 1, "affect": 2, "moods": 1}
"""How often an epoch shows a lesson's rows: EmoBank is a fifth of GoEmotions."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Texts with targets (texts, outputs), the rows to learn from, and those held out."""

    texts: list[str]
    targets: Floats
    learn: Rows
    held: Rows


def lessons(data: Path) -> Mapping[str, Lesson]:
    """The three lessons by the name of their head."""
    return {
        "emotions": emotions(data),
        "affect": affect(data),
        "moods": moods(data),
    }


def emotions(data: Path) -> Lesson:
    """GoEmotions' training half: 28 labels of 0 or 1."""
    return _split(corpora.goemotions(data, "train"))


def affect(data: Path) -> Lesson:
    """EmoBank's training half: valence, arousal and dominance, in [-1, 1]."""
    bank = corpora.emobank(data, "train")
    return _split(corpora.Labelled(bank.texts, (bank.targets - 3.0) / 2.0))


def moods(data: Path) -> Lesson:
    """Short descriptions of music and the lexicon's words, with their 13 moods in [0, 1].

    The descriptions are MusicCaps' aspects; their moods are read off them by the lexicon.
    """
    listed = [
        aspect.strip().lower() for _, aspects in corpora.musiccaps(data) for aspect in aspects
    ]
    return _split(_sensed(texts := sorted({*listed, *lexicon_forms()}), texts))


def music(data: Path) -> Lesson:
    """The same and MusicCaps' whole captions, which are too long to teach the branch by."""
    told = corpora.musiccaps(data)
    whole = _split(_sensed([text for text, _ in told], [", ".join(listed) for _, listed in told]))
    short = moods(data)
    first = len(short.texts)
    return Lesson(
        [*short.texts, *whole.texts],
        np.vstack([short.targets, whole.targets]),
        np.concatenate([short.learn, first + whole.learn]),
        np.concatenate([short.held, first + whole.held]),
    )


def lexicon_forms() -> list[str]:
    """The lexicon's English words and phrases."""
    return sorted({form for meaning in meanings() for form in meaning.english if form.isascii()})


def sense(text: str) -> Sense:
    """What the lexicon makes of an English text."""
    terms = english.terms(text)
    return make_sense(terms, find_hits(terms, english.find))


def _sensed(texts: list[str], sources: list[str]) -> corpora.Labelled:
    """The texts of whose sources the lexicon knows a feeling, with its moods (texts, 13)."""
    senses = [sense(source) for source in sources]
    kept = [row for row, each in enumerate(senses) if each.evidence > 0]
    targets = np.array([senses[row].moods for row in kept], dtype=np.float32)
    return corpora.Labelled([texts[row] for row in kept], targets)


def _split(labelled: corpora.Labelled) -> Lesson:
    learn, held = next(folds(len(labelled.texts), HELD_FOLDS))
    return Lesson(labelled.texts, labelled.targets, learn, held)
