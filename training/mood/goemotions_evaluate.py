"""Measures feelings on GoEmotions' dev half, in English and in its Korean translation.

What is measured is what callers get: the labels, the moods and the confidence of a reading.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.domain import Reading
from training.mood import confusions, five_moods
from training.mood.corpora import NEUTRAL, Labelled
from training.mood.figures import SEED, Figure
from training.mood.measuring import (
    area,
    calibration_error,
    macro_f1,
    mean_area,
    top_calibration_error,
)
from vts.moods.taxonomies import mood_vector

F1_CUT = 0.3
ALARM = 0.5
"""A neutral sentence with this confidence, or with a mood this strong, is a false alarm."""

Numbers = npt.NDArray[np.float64]
Measure = Callable[["Answers"], float]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was said of texts: (texts, 28), (texts, 5), (texts, 13) and (texts,), in [0, 1]."""

    emotions: Numbers
    five: Numbers
    moods: Numbers
    confidence: Numbers

    def shuffled(self) -> "Answers":
        """The same answers given to the wrong texts."""
        order = np.random.default_rng(SEED).permutation(len(self.emotions))
        return Answers(*(table[order] for table in self._tables()))

    def _tables(self) -> tuple[Numbers, ...]:
        return self.emotions, self.five, self.moods, self.confidence


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """From which score on a mood counts as said: for the five one share, for the 13 one each."""

    five: float
    moods: Numbers


def read(readings: Sequence[Reading]) -> Answers:
    """The answers in readings."""
    named = [reading.labels["goemotions"] for reading in readings]
    return Answers(
        emotions=np.array([list(each.values()) for each in named]),
        five=five_moods.scores(named),
        moods=np.array([reading.moods for reading in readings]),
        confidence=np.array([reading.affect.confidence for reading in readings]),
    )


def plain(emotions: npt.NDArray[np.floating], names: Sequence[str]) -> Answers:
    """The answers that follow from 28 probabilities alone."""
    named = [dict(zip(names, row, strict=True)) for row in emotions.tolist()]
    return Answers(
        emotions=emotions.astype(np.float64),
        five=five_moods.scores(named),
        moods=np.array([mood_vector("goemotions", each).moods for each in named]),
        confidence=1.0 - emotions[:, NEUTRAL].astype(np.float64),
    )


def best_cuts(answers: Answers, sentences: Labelled, names: Sequence[str]) -> Cuts:
    """The cuts with the best F1; to be found on training rows."""
    rows, truth = five_moods.told(sentences, names)
    weights = confusions.weights(sentences, names)
    return Cuts(
        five_moods.best_cut(answers.five[rows], truth),
        confusions.best_cuts(answers.moods, weights),
    )


def figures(
    prefix: str, answers: tuple[Answers, Cuts], beside: tuple[Answers, Cuts], measured: "Truth"
) -> Iterator[Figure]:
    """Every figure of the answers, beside those of a baseline with cuts of its own."""
    model, baseline = answers[0], beside[0]
    own, other = measured.measures(answers[1]), measured.measures(beside[1])
    for name, measure in own.items():
        floor = measure(model.shuffled())
        yield Figure(
            f"{prefix}_{name}", measure(model), other[name](baseline), floor, measured.against
        )


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Sentences with their labels, and what the baseline is called."""

    sentences: Labelled
    names: Sequence[str]
    against: str

    def measures(self, cuts: Cuts) -> dict[str, Measure]:
        """Every measure by its name."""
        labels = self.sentences.targets
        rows, five = five_moods.told(self.sentences, self.names)
        weights = confusions.weights(self.sentences, self.names)
        feeling = labels[:, NEUTRAL] < labels.sum(axis=1)

        def moods_f1(said: Answers) -> float:
            return float(
                np.mean(list(confusions.f1_by_mood(said.moods, weights, cuts.moods).values()))
            )

        return {
            "mean_area": lambda said: mean_area(said.emotions, labels),
            "macro_f1": lambda said: macro_f1(said.emotions, labels, F1_CUT),
            "five_micro_f1": lambda said: five_moods.micro_f1(
                five_moods.said(said.five[rows], cuts.five), five
            ),
            "moods_macro_f1": moods_f1,
            "calibration_error": lambda said: calibration_error(said.emotions, labels),
            "top_calibration_error": lambda said: top_calibration_error(said.emotions, labels),
            "moods_calibration_error": lambda said: calibration_error(said.moods, weights),
            "confidence_calibration_error": lambda said: calibration_error(
                said.confidence, feeling
            ),
            "confidence_area": lambda said: area(said.confidence, feeling),
            "neutral_confidence": lambda said: float(said.confidence[~feeling].mean()),
            "neutral_false_alarms": lambda said: _share(said.confidence[~feeling]),
            "neutral_moods_told": lambda said: _share(said.moods[~feeling].max(axis=1)),
            "feelings_found": lambda said: _share(said.confidence[feeling]),
        }


def _share(scores: Numbers) -> float:
    return float(np.mean(scores >= ALARM))
