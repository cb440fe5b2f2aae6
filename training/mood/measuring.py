"""What the trainer chooses by and the evaluation reports: hits on wishes, separation, areas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.mood.corpora import Request
from vts.moods import MOODS

BINS = 15
SURE = 0.05
"""A sign counts from this distance to 0."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read: 13 scores in the order of `MOODS`, and a place on the plane."""

    moods: Sequence[float]
    valence: float
    arousal: float
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class WishScore:
    """Shares in [0, 1]: the top mood fits; the sign of valence, and of arousal, is right."""

    top_mood: float
    valence_sign: float
    arousal_sign: float

    @property
    def mean(self) -> float:
        """The three together."""
        return (self.top_mood + self.valence_sign + self.arousal_sign) / 3


def wish_score(wishes: Sequence[Request], answers: Sequence[Answer]) -> WishScore:
    """How well the answers fit the wishes."""
    pairs = list(zip(wishes, answers, strict=True))
    tops = [MOODS[int(np.argmax(answer.moods))] in wish.moods for wish, answer in pairs]
    valence = [answer.valence * wish.valence > SURE for wish, answer in pairs if wish.valence]
    arousal = [answer.arousal * wish.arousal > SURE for wish, answer in pairs if wish.arousal]
    return WishScore(float(np.mean(tops)), float(np.mean(valence)), float(np.mean(arousal)))


def area(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """The area under the ROC curve: the chance that a true case scores above a false one."""
    values, true = np.asarray(scores, dtype=float), np.asarray(truth, dtype=bool)
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[places]
    positives = int(true.sum())
    negatives = len(values) - positives
    return float((ranks[true].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def mean_area(scores: npt.NDArray[np.floating], truth: npt.NDArray[np.floating]) -> float:
    """The mean area over columns, each label counting the same; those of one kind are left out."""
    rates = truth.mean(axis=0)
    mixed = np.flatnonzero((rates > 0) & (rates < 1))
    return float(np.mean([area(scores[:, i], truth[:, i]) for i in mixed]))


def macro_f1(
    scores: npt.NDArray[np.floating], truth: npt.NDArray[np.floating], cut: float
) -> float:
    """F1 at one cut, each label counting the same."""
    said, true = scores >= cut, truth > 0
    hits = (said & true).sum(axis=0)
    found = 2 * hits / np.maximum(1, said.sum(axis=0) + true.sum(axis=0))
    return float(found.mean())


def calibration_error(chances: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """The expected calibration error: how far said chances are from what comes true.

    Naeini, Cooper and Hauskrecht (AAAI 2015), with `BINS` bins of like width. Of chances of several
    labels, (texts, labels), it is the mean over labels (class-wise).
    """
    said, true = np.asarray(chances, dtype=float), np.asarray(truth, dtype=float)
    if said.ndim > 1:
        columns = zip(said.T, true.T, strict=True)
        return float(np.mean([calibration_error(*column) for column in columns]))
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = np.bincount(places, said, BINS) - np.bincount(places, true, BINS)
    return float(np.abs(gaps).sum() / len(said))


def top_calibration_error(
    chances: npt.NDArray[np.floating], truth: npt.NDArray[np.floating]
) -> float:
    """The calibration error of each text's likeliest label: (texts, labels)."""
    rows, top = np.arange(len(chances)), chances.argmax(axis=1)
    return calibration_error(chances[rows, top], truth[rows, top])
