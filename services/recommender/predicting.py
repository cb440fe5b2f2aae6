"""The group of a new sound, told by a small neural network or by boosted trees, in numpy alone.

Both were learnt elsewhere (`backends/groups/learning.py`); here are only their numbers, so that the
service that answers needs neither of the libraries that made them.
"""

from dataclasses import dataclass

import numpy as np

from services.recommender.groups import Group, Integers, MapPoint, Quality, Rules
from services.recommender.tracks import Array


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Layers of weights (inputs x outputs) and biases with rectifiers between, softmax at the end.

    `classes` are the groups that the outputs stand for, of `groups` in all.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    classes: Integers
    groups: int

    def scores(self, sounds: Array) -> Array:
        """Probabilities of the groups."""
        values = sounds
        for weights, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ weights + bias, 0)
        logits = values @ self.weights[-1] + self.biases[-1]
        if logits.shape[1] == 1 and len(self.classes) == 2:
            logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
        return _spread(_softmax(logits), self.classes, self.groups)


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Boosted trees in rows, padded to one length; a node is a leaf where `left` is -1.

    A sound goes left where the number named by `features` is below `values`; at a leaf, `values`
    is what the tree adds to the logit of its class. The trees of the classes take turns.
    """

    features: Integers
    values: Array
    left: Integers
    right: Integers
    base: Array
    classes: Integers
    groups: int

    def scores(self, sounds: Array) -> Array:
        """Probabilities of the groups."""
        logits = np.stack([self._logits(sound) for sound in sounds.astype(np.float32)])
        return _spread(_softmax(logits), self.classes, self.groups)

    def _logits(self, sound: Array) -> Array:
        trees = np.arange(len(self.features))
        nodes = np.zeros(len(trees), np.int32)
        while (inner := self.left[trees, nodes] >= 0).any():
            below = sound[self.features[trees, nodes]] < self.values[trees, nodes]
            following = np.where(below, self.left[trees, nodes], self.right[trees, nodes])
            nodes = np.where(inner, following, nodes)
        added = self.values[trees, nodes].reshape(-1, len(self.base)).sum(axis=0)
        logits: Array = self.base + added
        return logits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Built:
    """Groups as they were built: what was found, and how songs and sounds are told apart."""

    groups: tuple[Group, ...]
    points: tuple[MapPoint, ...]
    quality: Quality
    rules: Rules
    predictor: Network | Trees
    built_unix_seconds: int

    def scores(self, sound: Array) -> list[tuple[str, float]]:
        """The ids of the groups with their probabilities for a sound, likeliest first."""
        shares = self.predictor.scores(self.rules.places(sound[None]) / self.rules.extent)[
            0
        ].tolist()
        named = zip((group.id for group in self.groups), shares, strict=True)
        return sorted(named, key=lambda entry: -entry[1])


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _spread(shares: Array, classes: Integers, groups: int) -> Array:
    """Shares of the classes in the columns of their groups; 0 for a group that was never seen."""
    spread: Array = np.zeros((len(shares), groups), np.float32)
    spread[:, classes] = shares
    return spread
