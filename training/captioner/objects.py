"""Joins ImageNet's 1,001 classes into the plain words of `objects.json`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.captioner.backbone import Published
from training.captioner.calibration import fitted
from training.captioner.graphs import Linear

Floats = NDArray[np.float32]

RANK = 192
"""Width between the two halves the classifier is split into; it makes a third of its size."""


@dataclass(frozen=True, slots=True)
class Objects:
    """The published classifier in two halves, and how its classes become words.

    `narrow` is (1280, rank), `wide` a head from there to 1,001 classes. `table` is (1001, words), 1
    where a class belongs to a word; `scale` and `shift` make its log odds a calibrated logit.
    """

    names: tuple[str, ...]
    narrow: Floats
    wide: Linear
    table: Floats
    scale: float
    shift: float

    def log_odds(self, embeddings: Floats) -> Floats:
        """Uncalibrated log odds of every word, (photos, words)."""
        logits = embeddings @ self.narrow @ self.wide.weight + self.wide.bias
        shares = np.exp(logits - logits.max(1, keepdims=True))
        grouped = np.clip(shares / shares.sum(1, keepdims=True) @ self.table, 1e-6, 1 - 1e-6)
        odds: Floats = np.log(grouped / (1 - grouped)).astype(np.float32)
        return odds


def groups(labels_file: Path) -> tuple[list[str], Floats]:
    """The objects' names and a (1001, objects) table: 1 where a class belongs to an object.

    Raises:
        ValueError: A class name of `objects.json` is not in the published list.
    """
    lines = labels_file.read_text(encoding="utf-8").splitlines()
    classes = [line.split(",")[0] for line in lines][:1001]
    path = Path(__file__).with_name("objects.json")
    entries = json.loads(path.read_text(encoding="utf-8"))["objects"]
    table = np.zeros((len(classes), len(entries)), dtype=np.float32)
    for column, entry in enumerate(entries):
        for first, last in entry["of"]:
            table[classes.index(first) : classes.index(last) + 1, column] = 1.0
    return [entry["tag"] for entry in entries], table


def halves(published: Published, embeddings: Floats, rank: int = RANK) -> tuple[Floats, Linear]:
    """Splits the classifier so that the logits of such photos change least.

    Args:
        published: Holds the classifier.
        embeddings: Pooled outputs of the published tail for many photos, (photos, 1280).
        rank: Width between the halves.
    """
    weight = published.classifier.dequantised().reshape(-1, embeddings.shape[1])
    centre = embeddings.mean(0)
    # The directions in which these photos' logits differ most from their mean.
    logits = (embeddings - centre) @ weight.T
    directions = np.linalg.eigh(logits.T @ logits)[1][:, -rank:].astype(np.float32)
    narrow = weight.T @ directions
    level = weight @ centre
    bias = published.classifier.bias + level - level @ directions @ directions.T
    return narrow, Linear(np.ascontiguousarray(directions.T), bias.astype(np.float32))


def learned(
    published: Published,
    labels_file: Path,
    embeddings: Floats,
    tags: Sequence[str],
    shown: NDArray[np.bool_],
) -> Objects:
    """Splits the classifier, and calibrates it on the words that captions name too.

    Args:
        published: Holds the classifier.
        labels_file: Names of its classes.
        embeddings: Of many photos, the captioned ones first: (photos, 1280).
        tags: Words of the captions.
        shown: Which captioned photo shows which tag, (captioned, tags).
    """
    names, table = groups(labels_file)
    objects = Objects(tuple(names), *halves(published, embeddings), table, 1.0, 0.0)
    odds = objects.log_odds(embeddings[: len(shown)])
    pairs = [(place, tags.index(name)) for place, name in enumerate(names) if name in tags]
    seen, named = (list(side) for side in zip(*pairs, strict=True))
    platt = fitted(odds[:, seen].reshape(-1, 1), shown[:, named].reshape(-1, 1))
    return replace(objects, scale=float(platt.scale[0]), shift=float(platt.shift[0]))
