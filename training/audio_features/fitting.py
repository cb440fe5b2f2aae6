"""Fitting the projection and the felt-emotion model, and choosing how smooth the latter is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.feeling import (
    CLIP,
    EmotionModel,
    Projection,
    squared_distances,
)
from services.audio_features.domain import Floats
from training.audio_features.clips import Vectors
from vts.moods import AUDIO_DIMENSIONS

WHITENING = 0.5
"""How far embeddings even their components out: 0 not at all, 1 wholly. See the model card."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Smoothness:
    """How fast a feeling may change with the sound, and how noisy listeners are."""

    steepness: float
    noise: float


CHOICES = tuple(Smoothness(*pair) for pair in product((0.25, 0.5, 1.0), (0.3, 1.0, 3.0)))
"""What the inner folds choose from."""


def fit_projection(clips: Vectors, dimensions: int = AUDIO_DIMENSIONS) -> Projection:
    """Standardises the statistics of clips and finds their principal components.

    Every table weighs the same, however many statistics it holds.
    """
    exact = clips.rows.astype(np.float64)
    weights = np.concatenate([np.full(size, size**-0.5) for size in clips.table_sizes])
    centre, scale = exact.mean(axis=0), exact.std(axis=0)
    scale[scale < 1e-6 * np.maximum(np.abs(centre), 1e-3)] = np.inf  # constants say nothing
    standard = np.clip((exact - centre) / scale, -CLIP, CLIP)
    offset = standard.mean(axis=0)
    _, sizes, axes = np.linalg.svd((standard - offset) * weights, full_matrices=False)
    components = axes[:dimensions] * weights
    return Projection(
        centre=centre.astype(np.float32),
        scale=scale.astype(np.float32),
        components=components.astype(np.float32),
        offset=(components @ offset).astype(np.float32),
        deviation=(sizes[:dimensions] / np.sqrt(len(exact))).astype(np.float32),
        whitening=WHITENING,
    )


def fit_emotions(projected: Floats, shares: Floats, smoothness: Smoothness) -> EmotionModel:
    """Fits the Gaussian process to projections (clips, 64) and shares (clips, 9)."""
    places, usual = projected.astype(np.float64), shares.mean(axis=0)
    squares = squared_distances(places, places)
    covariance = np.exp(-smoothness.steepness * squares) + smoothness.noise * np.eye(len(places))
    precision = np.linalg.inv(covariance)
    return EmotionModel(
        anchors=projected,
        weights=(precision @ (shares - usual)).astype(np.float32),
        precision=precision.astype(np.float32),
        usual=usual.astype(np.float32),
        steepness=smoothness.steepness,
    )


def choose_smoothness(clips: Vectors, shares: Floats, seed: int) -> Smoothness:
    """Chooses from `CHOICES` by the mean correlation over five folds of these clips alone."""
    predicted = {choice: np.zeros_like(shares) for choice in CHOICES}
    for learn, test in folds(len(clips.rows), seed):
        projection = fit_projection(clips.only(learn))
        known, new = projection.project(clips.rows[learn]), projection.project(clips.rows[test])
        for choice, filled in predicted.items():
            filled[test] = fit_emotions(known, shares[learn], choice).predict(new)[0]
    return max(CHOICES, key=lambda choice: mean_correlation(predicted[choice], shares))


def out_of_fold(clips: Vectors, shares: Floats, seed: int) -> tuple[Floats, Floats]:
    """Predicts every clip by models that never saw it: shares (clips, 9), what is known (clips,).

    Each fold fits its own projection and chooses its own smoothness.
    """
    predicted, known = np.zeros_like(shares), np.zeros(len(shares), np.float32)
    for learn, test in folds(len(clips.rows), seed):
        smoothness = choose_smoothness(clips.only(learn), shares[learn], seed + 1)
        projection = fit_projection(clips.only(learn))
        model = fit_emotions(projection.project(clips.rows[learn]), shares[learn], smoothness)
        predicted[test], known[test] = model.predict(projection.project(clips.rows[test]))
    return predicted, known


def folds(count: int, seed: int, parts: int = 5) -> Iterator[tuple[NDArray[np.intp], ...]]:
    """Splits clips, each a song of its own, into learning and testing indices, five times over."""
    shuffled = np.random.default_rng(seed).permutation(count)
    for test in np.array_split(shuffled, parts):
        yield np.setdiff1d(shuffled, test), test


def correlations(predicted: Floats, shares: Floats) -> Numbers:
    """Pearson's r of each emotion, shape (9,); 0 where a prediction never changes."""
    one, other = predicted - predicted.mean(axis=0), shares - shares.mean(axis=0)
    lengths = np.linalg.norm(one, axis=0) * np.linalg.norm(other, axis=0)
    return np.asarray((one * other).sum(axis=0) / np.maximum(lengths, 1e-9), np.float64)


def mean_correlation(predicted: Floats, shares: Floats) -> float:
    """Mean over the nine emotions of Pearson's r."""
    return float(correlations(predicted, shares).mean())
