"""What a sound feels like, which genre it is and where it lies among other sounds.

Felt emotions and genres are outputs of one Gaussian process (Rasmussen & Williams 2006, chapter 2)
over the projection of a sound's vector; what moves together among the outputs was learned together.
`training/audio_features` makes the file that is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.projection import Projection
from services.audio_features.domain import EMOTIONS, Feeling, Floats
from vts.moods.taxonomies import Meaning, mood_vector

AnyFloats = NDArray[np.floating[Any]]

SHIPPED_MODEL = Path(__file__).parents[3] / "models" / "audio_features" / "feeling.npz"
"""The model that comes with the project."""

NEIGHBOURS = 5
"""A sound is familiar if so many training clips are near it."""

GENRES = ("classical", "electronic", "pop", "rock")
"""The genres that are told apart: the outputs of the process after the nine emotions."""


@dataclass(frozen=True, slots=True)
class Process:
    """The mean of a Gaussian process with a squared exponential kernel over projections.

    `anchors` has shape (clips, 128), `weights` (clips, outputs); `usual`, shape (outputs,), holds
    the outputs' means, which is what is predicted far from all anchors. `reach` is the squared
    distance within which nearly every anchor has `NEIGHBOURS` others.
    """

    anchors: Floats
    weights: Floats
    usual: Floats
    steepness: float
    reach: float

    def predict(self, projected: Floats) -> Floats:
        """Outputs for projections of shape (n, 128), shape (n, outputs)."""
        kernel = np.exp(-self.steepness * squared_distances(projected, self.anchors))
        return np.asarray(self.usual + kernel @ self.weights, np.float32)

    def familiarity(self, projected: Floats) -> Floats:
        """How far projections lie among the anchors, shape (n,): 1 within reach, 0 far away."""
        squares = np.sort(squared_distances(projected, self.anchors), axis=1)
        beyond = np.maximum(squares[:, NEIGHBOURS - 1] - self.reach, 0)
        return np.asarray(np.exp(-beyond), np.float32)


def squared_distances(rows: AnyFloats, others: AnyFloats) -> AnyFloats:
    """Returns the squared distance of each of n rows to each of m others, shape (n, m)."""
    products = rows @ others.T
    lengths = (rows**2).sum(axis=1)[:, np.newaxis] + (others**2).sum(axis=1)
    return np.asarray(np.maximum(lengths - 2 * products, 0))


@dataclass(frozen=True, slots=True)
class Trust:
    """How far predictions can be trusted, as held-out clips showed it.

    `deviation`, shape (9,), is the standard deviation of each emotion's share over the training
    clips, and `doubt` the mean square, in these deviations, of what predictions leave open.
    `sharpness` says how much a lead among the genre outputs counts.
    """

    deviation: Floats
    doubt: float
    sharpness: float

    def confidences(self, beyond: Floats) -> Floats:
        """The correlation to expect between a predicted profile and the listeners', shape (n,).

        `beyond`, shape (n, 9), is how far shares lie beyond the usual ones. The further a
        prediction goes, the more of it is true: near the usual there is little but doubt.
        """
        strength = np.mean((beyond / self.deviation) ** 2, axis=1)
        return np.asarray(np.sqrt(strength / (strength + self.doubt)), np.float32)

    def probabilities(self, outputs: Floats) -> Floats:
        """Probabilities of `GENRES`, rows that sum to 1, from genre outputs of shape (n, 4)."""
        raised = np.exp(self.sharpness * (outputs - outputs.max(axis=1, keepdims=True)))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class FeelingModel:
    """All heads over one projection, and their version; vectors are `sound_vector`'s, in rows."""

    projection: Projection
    process: Process
    trust: Trust
    version: str

    def embeddings(self, vectors: Floats) -> Floats:
        """Embeddings of n sounds, shape (n, 128), each of length 1."""
        return self.projection.embed(self.projection.project(vectors))

    def feelings(self, vectors: Floats) -> tuple[Feeling, ...]:
        """What listeners would feel at each of n sounds."""
        usual = self.process.usual[: len(EMOTIONS)]
        projected = self.projection.project(vectors)
        shares = np.clip(self.process.predict(projected)[:, : len(EMOTIONS)], 0, 1)
        familiar = self.process.familiarity(projected)
        confidences = self.trust.confidences(shares - usual) * familiar
        return tuple(
            _feeling(row, usual, confidence)
            for row, confidence in zip(shares, confidences.tolist(), strict=True)
        )

    def genres(self, vectors: Floats) -> tuple[Mapping[str, float], ...]:
        """How probable each of `GENRES` is for each of n sounds, if it is one of them at all."""
        outputs = self.process.predict(self.projection.project(vectors))
        rows = self.trust.probabilities(outputs[:, len(EMOTIONS) :])
        return tuple(dict(zip(GENRES, row, strict=True)) for row in rows.tolist())


def _feeling(shares: Floats, usual: Floats, confidence: float) -> Feeling:
    meaning = meaning_of(shares, usual)
    moods = np.array(meaning.moods, np.float32)
    return Feeling(shares, moods, meaning.valence, meaning.arousal, confidence)


def meaning_of(shares: Floats, usual: Floats) -> Meaning:
    """Says nine shares in VTS's terms: 13 moods, valence and arousal.

    A share counts for as much as it exceeds what sounds usually get; else every sound would be
    a little calm and nostalgic, because most listeners feel some of that at most music.
    """
    weights = np.clip(shares * shares / usual, 0, 1)
    return mood_vector("gems", dict(zip(EMOTIONS, map(float, weights), strict=True)))


def load_model(path: Path) -> FeelingModel:
    """Reads a model file (.npz, never pickled objects); raises OSError if it is missing."""
    with np.load(path, allow_pickle=False) as file:
        parts = {name: file[name] for name in file.files}
    return FeelingModel(
        Projection(
            parts["centre"],
            parts["scale"],
            parts["components"],
            parts["offset"],
            float(parts["length"]),
            parts["spread"],
        ),
        Process(
            parts["anchors"],
            parts["weights"],
            parts["usual"],
            float(parts["steepness"]),
            float(parts["reach"]),
        ),
        Trust(parts["deviation"], float(parts["doubt"]), float(parts["sharpness"])),
        str(parts["version"]),
    )
