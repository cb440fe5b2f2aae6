"""What a sound feels like and where it lies among other sounds, from its statistics.

One projection serves both: statistics are standardised over the training clips and projected on
their 64 principal components. The embedding is that vector with the components brought nearer to
each other in size; felt emotion is a Gaussian process (Rasmussen & Williams 2006, chapter 2) over
it. `training/audio_features` makes the file that is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.statistics import model_vector
from services.audio_features.domain import EMOTIONS, Feeling, Floats, Summary
from vts.moods.taxonomies import Meaning, mood_vector

AnyFloats = NDArray[np.floating[Any]]

SHIPPED_MODEL = Path(__file__).parents[3] / "models" / "audio_features" / "feeling.npz"
"""The model that comes with the project."""

CLIP = 3.0
"""Standardised statistics are held within this many deviations, so that none can dominate."""


@dataclass(frozen=True, slots=True)
class Projection:
    """From a model vector to 64 principal components and to an embedding.

    `centre` and `scale` have shape (statistics,); `components` (64, statistics) hold the axes, each
    statistic weighed so that every feature has the same say; `offset` and
    `deviation`, shape (64,), are the mean and deviation of each component over the training clips.
    """

    centre: Floats
    scale: Floats
    components: Floats
    offset: Floats
    deviation: Floats
    whitening: float

    def project(self, vectors: Floats) -> Floats:
        """Projects vectors of shape (n, statistics); training clips come out with mean length 1."""
        standard = np.clip((vectors - self.centre) / self.scale, -CLIP, CLIP)
        length = np.sqrt(np.sum(self.deviation**2))
        return np.asarray((standard @ self.components.T - self.offset) / length, np.float32)

    def embed(self, projected: Floats) -> Floats:
        """Turns projections of shape (n, 64) into embeddings of length 1."""
        evened = projected / self.deviation**self.whitening
        lengths = np.linalg.norm(evened, axis=1, keepdims=True)
        return np.asarray(evened / np.maximum(lengths, 1e-12), np.float32)


@dataclass(frozen=True, slots=True)
class EmotionModel:
    """A Gaussian process with a squared exponential kernel over projections.

    `anchors` has shape (clips, 64), `weights` (clips, 9), `precision` (clips, clips): the inverse
    of the clips' covariance. `usual` holds the mean shares, shape (9,).
    """

    anchors: Floats
    weights: Floats
    precision: Floats
    usual: Floats
    steepness: float

    def predict(self, projected: Floats) -> tuple[Floats, Floats]:
        """Returns shares of shape (n, 9) in [0, 1], and how much is known, shape (n,), in [0, 1].

        What is known is the share of the prior variance that the training clips take away: near 0
        for sounds unlike all of them, whose shares are then near the usual ones.
        """
        kernel = self._kernel(projected)
        known = np.sum((kernel @ self.precision) * kernel, axis=1)
        shares = np.clip(self.usual + kernel @ self.weights, 0, 1)
        return shares.astype(np.float32), np.clip(known, 0, 1).astype(np.float32)

    def _kernel(self, projected: Floats) -> Floats:
        return np.asarray(np.exp(-self.steepness * squared_distances(projected, self.anchors)))


def squared_distances(rows: AnyFloats, others: AnyFloats) -> AnyFloats:
    """Returns the squared distance of each of n rows to each of m others, shape (n, m)."""
    products = rows @ others.T
    lengths = (rows**2).sum(axis=1)[:, np.newaxis] + (others**2).sum(axis=1)
    return np.asarray(np.maximum(lengths - 2 * products, 0))


@dataclass(frozen=True, slots=True)
class FeelingModel:
    """Both heads, how far the second was right in cross-validation, and their version."""

    projection: Projection
    emotions: EmotionModel
    reliability: float
    version: str

    def embed(self, features: Mapping[str, Summary]) -> Floats:
        """Returns the embedding of one sound, shape (64,)."""
        projected = self.projection.project(model_vector(features)[np.newaxis])
        return np.asarray(self.projection.embed(projected)[0])

    def feel(self, features: Mapping[str, Summary]) -> Feeling:
        """Predicts what listeners would feel at one sound.

        The confidence is what is known of such sounds times `reliability`, the correlation that
        predictions reached with listeners in cross-validation.
        """
        projected = self.projection.project(model_vector(features)[np.newaxis])
        shares, known = self.emotions.predict(projected)
        meaning = meaning_of(shares[0], self.emotions.usual)
        moods = np.array(meaning.moods, np.float32)
        confidence = float(known[0]) * self.reliability
        return Feeling(shares[0], moods, meaning.valence, meaning.arousal, confidence)


def meaning_of(shares: Floats, usual: Floats) -> Meaning:
    """Says nine shares in VTS's terms: 13 moods, valence and arousal.

    A share counts for as much as it exceeds what sounds usually get; else every sound would be
    a little calm and nostalgic, because most listeners feel some of that at most music.
    """
    weights = np.clip(shares * shares / usual, 0, 1)
    return mood_vector("gems", dict(zip(EMOTIONS, map(float, weights), strict=True)))


def load_model(path: Path) -> FeelingModel:
    """Reads a model file (.npz, never pickled objects)."""
    with np.load(path, allow_pickle=False) as file:
        parts = {name: file[name] for name in file.files}
    return FeelingModel(
        Projection(
            parts["centre"],
            parts["scale"],
            parts["components"],
            parts["offset"],
            parts["deviation"],
            float(parts["whitening"]),
        ),
        EmotionModel(
            parts["anchors"],
            parts["weights"],
            parts["precision"],
            parts["usual"],
            float(parts["steepness"]),
        ),
        float(parts["reliability"]),
        str(parts["version"]),
    )
