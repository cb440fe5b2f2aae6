"""How sure a match may be: the regression behind `certainty.py`, fitted and judged apart.

Half of the clips asked for are taken to be in the catalogue, half not. Every second song is
fitted on, the others judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from services.audio_features.certainty import CERTAINTY, Certainty, confidences
from training.audio_features.matching_trials import Trial

BINS = 10

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """The best match of every search: its distance, its margin, and whether it was right."""

    distances: Numbers
    margins: Numbers
    right: NDArray[np.bool_]
    confidences: Numbers


def answers(trials: Sequence[Trial], table: Certainty = CERTAINTY) -> Answers:
    """What was told of clips whose song is in the catalogue, and of the same without it."""
    searches = [
        (np.array(distances), right)
        for trial in trials
        for distances, right in ((trial.present, trial.rank == 0), (trial.absent, False))
        if len(distances) > 1
    ]
    return Answers(
        np.array([distances[0] for distances, _ in searches]),
        np.array([distances[1] - distances[0] for distances, _ in searches]),
        np.array([right for _, right in searches]),
        np.array([confidences(distances.copy(), table)[0] for distances, _ in searches]),
    )


def fitted(trials: Sequence[Trial]) -> Certainty:
    """Fits the regression on every second song."""
    known = answers([trial for trial in trials if trial.song % 2 == 0])
    margins = np.minimum(known.margins, CERTAINTY.most_margin)
    model = LogisticRegression(C=1e4, max_iter=1_000)
    model.fit(np.stack([known.distances, margins], axis=1), known.right)
    per_distance, per_margin = model.coef_[0].tolist()
    return Certainty(
        intercept=round(float(model.intercept_[0]), 2),
        per_distance=round(per_distance, 2),
        per_margin=round(per_margin, 2),
        most_margin=CERTAINTY.most_margin,
        alone_distance=round(float(np.median([t.absent[0] for t in trials if t.absent])), 2),
    )


def reliability(trials: Sequence[Trial], table: Certainty = CERTAINTY) -> dict[str, float]:
    """How far confidence is from how often it is right, on the songs that it was not fitted on.

    The error is the expected calibration error over ten equal bins (Naeini et al., AAAI 2015);
    beside it the Brier score, and that of always saying the mean.
    """
    told = answers([trial for trial in trials if trial.song % 2 == 1], table)
    bins = np.minimum((told.confidences * BINS).astype(int), BINS - 1)
    apart = [
        float(np.mean(bins == each))
        * abs(float(told.confidences[bins == each].mean() - told.right[bins == each].mean()))
        for each in np.unique(bins)
    ]
    mean = float(told.right.mean())
    return {
        "confidence_calibration_error": sum(apart),
        "confidence_brier_calibrated": float(np.mean((told.confidences - told.right) ** 2)),
        "confidence_brier_calibrated_mean_baseline": mean * (1 - mean),
    }


def reliability_curve(trials: Sequence[Trial]) -> tuple[Numbers, Numbers]:
    """Mean confidence, and how often it was right, of every bin that has answers."""
    told = answers([trial for trial in trials if trial.song % 2 == 1])
    bins = np.minimum((told.confidences * BINS).astype(int), BINS - 1)
    used = np.unique(bins)
    return (
        np.array([told.confidences[bins == each].mean() for each in used]),
        np.array([told.right[bins == each].mean() for each in used]),
    )
