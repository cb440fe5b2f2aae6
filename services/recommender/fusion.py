"""Scores of different kinds made one, and taken apart again to explain it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.recommender.domain import Component, ComponentScore
from services.recommender.tracks import Array

RANDOM_SCORE = 0.5
"""What a song drawn at random gets from each kind of likeness, by calibration."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One kind of likeness to one piece of evidence, for n songs.

    `scores` lie in [0, 1]; a song's weight is 0 where the two cannot be compared. `doubts` are the
    weights with which such a song counts as a random one, so that one which is known to be alike
    comes before one of which nothing is known; none if they are left out.
    """

    component: Component
    evidence: str
    scores: Array
    weights: Array
    doubts: Array | None = None


def fused(terms: Sequence[Term], songs: int) -> Array:
    """The weighted mean of the terms for each song, in [0, 1]; NaN where nothing counts.

    A mean and not a sum: what is not known about a song counts as nothing, or as `doubts` say.
    """
    total = np.zeros(songs, np.float64)
    weight = np.zeros(songs, np.float64)
    doubt = np.zeros(songs, np.float64)
    for term in terms:
        weights = term.weights.astype(np.float64)
        total += term.scores * weights
        weight += weights
        if term.doubts is not None:
            doubt += term.doubts
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(weight > 0, (total + RANDOM_SCORE * doubt) / (weight + doubt), np.nan)
    return np.clip(mean, 0, 1).astype(np.float32)


def explained(terms: Sequence[Term], song: int) -> tuple[ComponentScore, ...]:
    """What the score of one song is made of, weightiest first; the shares sum to 1."""
    parts = [
        (term, float(term.scores[song]) * float(term.weights[song]))
        for term in terms
        if term.weights[song] > 0
    ]
    whole = sum(part for _, part in parts) or 1.0
    scores = [
        ComponentScore(term.component, term.evidence, float(term.scores[song]), part / whole)
        for term, part in parts
    ]
    return tuple(sorted(scores, key=lambda score: -score.share))
