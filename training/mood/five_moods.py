"""The ancestor's five moods of captions: GoEmotions gathered to happy, romantic, sad and so on."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from training.mood.corpora import Labelled
from vts.moods.taxonomies import gathered, labels

VOCABULARY = "moods5"
CUTS = tuple(np.arange(0.25, 0.55, 0.025).round(3).tolist())

Numbers = npt.NDArray[np.floating]
Marks = npt.NDArray[np.bool_]


def told(sentences: Labelled, names: Sequence[str]) -> tuple[npt.NDArray[np.int64], Marks]:
    """The rows whose labels all belong to one of the five, and their moods (rows, 5).

    Rows with any other label, neutral too, are dropped, as the ancestor dropped them.
    """
    parts = [label.gathers["goemotions"] for label in labels(VOCABULARY).values()]
    member = np.array([[name in part for part in parts] for name in names], dtype=np.float32)
    known = member.sum(axis=1)
    rows = np.flatnonzero((sentences.targets @ (1.0 - known)) == 0)
    return rows, (sentences.targets[rows] @ member) > 0


def scores(emotions: Sequence[Mapping[str, float]]) -> npt.NDArray[np.float64]:
    """The five moods' scores (texts, 5) of what was said of the 28 emotions."""
    found = [gathered(VOCABULARY, {"goemotions": each}) for each in emotions]
    return np.array([list((each or {}).values()) for each in found])


def said(scored: Numbers, cut: float) -> Marks:
    """The moods said of each text: the likeliest, and others with a share of at least `cut`."""
    shares = scored / np.maximum(scored.sum(axis=1, keepdims=True), 1e-9)
    top = np.arange(scored.shape[1]) == scored.argmax(axis=1)[:, None]
    return np.asarray(top | (shares >= cut))


def micro_f1(answers: Marks, truth: Marks) -> float:
    """F1 over all labels of all texts together."""
    return float(2 * (answers & truth).sum() / max(1, answers.sum() + truth.sum()))


def best_cut(scored: Numbers, truth: Marks) -> float:
    """The cut with the best F1 on training rows."""
    found: float = max(CUTS, key=lambda cut: micro_f1(said(scored, cut), truth))
    return found
