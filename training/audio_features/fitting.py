"""Fitting the projection, the process over it, and how far to trust what it says."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.feeling import (
    GENRES,
    NEIGHBOURS,
    FeelingModel,
    Process,
    Trust,
    squared_distances,
)
from services.audio_features.backends.projection import CLIP, Projection
from services.audio_features.domain import EMOTIONS, Floats
from training.audio_features.vectors import Sounds, Vectors
from vts.moods import AUDIO_DIMENSIONS

TEXTURE_WEIGHT = 2.0
"""How much the texture has to say beside all statistics together."""

GENRE_NOISE = 1 / 6
"""How far the genre of a clip may be off, as a standard deviation; emotions have their own."""

WITHIN_FLOOR = 1.0
"""How much is added to what changes within a piece, as a share of its mean over all axes."""

FAMILIAR = 0.95
"""The share of training clips that are within each other's reach."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labels:
    """Shares (clips, 9), the listeners behind each (clips,), and genres as indices (clips,)."""

    shares: Floats
    annotators: Floats
    genres: NDArray[np.intp]

    def only(self, chosen: NDArray[np.intp]) -> "Labels":
        """Returns the chosen clips alone."""
        return Labels(self.shares[chosen], self.annotators[chosen], self.genres[chosen])

    @property
    def targets(self) -> Numbers:
        """Shares and, of each genre, whether a clip is of it; shape (clips, 13)."""
        return np.hstack([self.shares, np.eye(len(GENRES))[self.genres]]).astype(np.float64)

    @property
    def noise(self) -> Numbers:
        """Standard deviation of each target that comes of few listeners, shape (13,)."""
        chances = self.shares * (1 - self.shares) / self.annotators[:, np.newaxis]
        return np.append(np.sqrt(chances.mean(axis=0)), np.full(len(GENRES), GENRE_NOISE))


@dataclass(frozen=True, slots=True)
class Choice:
    """How fast outputs may change with the sound, and how noisy they are beyond their listeners."""

    steepness: float
    noise: float


CHOICES = tuple(Choice(*pair) for pair in product((0.15, 0.25, 0.5), (0.5, 1.0, 2.0)))
"""What the inner folds choose from."""


def fit_projection(sounds: Sounds, dimensions: int = AUDIO_DIMENSIONS) -> Projection:
    """Standardises vectors, finds their principal components and what changes within a piece."""
    projection = _components(sounds.whole, dimensions)
    halves = (projection.project(each.rows) for each in (sounds.first, sounds.second))
    return Projection(
        projection.centre,
        projection.scale,
        projection.components,
        projection.offset,
        projection.length,
        _evened(*halves),
    )


def _components(clips: Vectors, dimensions: int) -> Projection:
    """Every table of statistics weighs the same; components of textures keep their proportions."""
    exact = clips.rows.astype(np.float64)
    centre, scale = exact.mean(axis=0), exact.std(axis=0)
    weights = _weights(clips, scale)
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
        length=float(np.sqrt((sizes[:dimensions] ** 2).sum() / len(exact))),
        spread=np.eye(len(components), dtype=np.float32),
    )


def _weights(clips: Vectors, scale: Numbers) -> Numbers:
    tables = np.concatenate([np.full(size, size**-0.5) for size in clips.table_sizes])
    texture = scale[clips.numbers :]
    texture = texture / max(float(np.linalg.norm(texture)), 1e-12)
    return np.append(tables, texture * np.sqrt(TEXTURE_WEIGHT * len(clips.table_sizes)))


def _evened(first: Floats, second: Floats) -> Floats:
    """Within-class covariance normalisation (Hatch, Kajarekar & Stolcke, Interspeech 2006)."""
    apart = (first - second).astype(np.float64) / np.sqrt(2)
    within = apart.T @ apart / len(apart)
    within += WITHIN_FLOOR * np.trace(within) / len(within) * np.eye(len(within))
    sizes, axes = np.linalg.eigh(within)
    spread = (axes / np.sqrt(sizes)) @ axes.T
    return np.asarray(spread / np.abs(spread).max(), np.float32)


def fit_process(projected: Floats, labels: Labels, choice: Choice) -> Process:
    """Fits all outputs to projections (clips, 128).

    Targets, in units of their noise, are turned to their principal axes: independent directions,
    each with a noise of its own against what varies in it beyond noise (Bonilla, Chai & Williams,
    "Multi-task Gaussian process prediction", 2007, for one kernel and noise that is known).
    """
    places, targets, noise = projected.astype(np.float64), labels.targets, labels.noise
    usual = targets.mean(axis=0)
    apart = (targets - usual) / noise
    variances, axes = np.linalg.eigh(apart.T @ apart / len(apart))
    noises = choice.noise / np.maximum(variances - 1, 0.1)
    squares = squared_distances(places, places)
    kernel = np.exp(-choice.steepness * squares)
    sizes, vectors = np.linalg.eigh(kernel)
    turned = (vectors.T @ apart @ axes) / (sizes[:, np.newaxis] + noises)
    weights = (vectors @ turned @ axes.T) * noise
    return Process(
        anchors=projected,
        weights=weights.astype(np.float32),
        usual=usual.astype(np.float32),
        steepness=choice.steepness,
        reach=float(np.quantile(np.sort(squares, axis=1)[:, NEIGHBOURS], FAMILIAR)),
    )


def fit_trust(outputs: Floats, labels: Labels) -> Trust:
    """Chooses `doubt` and `sharpness` by outputs (clips, 13) for clips that were held out."""
    emotions, genres = outputs[:, : len(EMOTIONS)], outputs[:, len(EMOTIONS) :]
    usual, deviation = labels.shares.mean(axis=0), labels.shares.std(axis=0)
    beyond = np.clip(emotions, 0, 1) - usual
    found = agreements(beyond / deviation, (labels.shares - usual) / deviation)

    def miss(doubt: float) -> float:
        return float(np.mean((Trust(deviation, doubt, 1.0).confidences(beyond) - found) ** 2))

    def surprise(sharpness: float) -> float:
        rows = Trust(deviation, 1.0, sharpness).probabilities(genres)
        return float(-np.log(rows[np.arange(len(rows)), labels.genres] + 1e-9).mean())

    doubt = min(np.geomspace(0.05, 5, 60).tolist(), key=miss)
    return Trust(deviation, doubt, min(np.geomspace(0.5, 50, 60).tolist(), key=surprise))


def fit_model(sounds: Sounds, labels: Labels, choice: Choice, trust: Trust) -> FeelingModel:
    """Fits projection and process to all of these clips."""
    projection = fit_projection(sounds)
    process = fit_process(projection.project(sounds.whole.rows), labels, choice)
    return FeelingModel(projection, process, trust, "")


def agreements(one: Floats, other: Floats) -> Floats:
    """The cosine between rows, shape (n,): how far two profiles beyond the usual agree."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / np.maximum(lengths, 1e-9), np.float32)
