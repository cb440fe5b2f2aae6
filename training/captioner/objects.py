"""Joins ImageNet's 1,001 classes into the plain words of `objects.json`."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.captioner.backbone import Published


def groups(labels_file: Path) -> tuple[list[str], NDArray[np.float32]]:
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


def log_odds(
    embeddings: NDArray[np.float32], published: Published, table: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Uncalibrated log odds of every object by the published classifier, (photos, objects)."""
    weight = published.classifier.dequantised().reshape(len(table), -1)
    logits = embeddings @ weight.T + published.classifier.bias
    shares = np.exp(logits - logits.max(1, keepdims=True))
    grouped = np.clip(shares / shares.sum(1, keepdims=True) @ table, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float32] = np.log(grouped / (1 - grouped)).astype(np.float32)
    return odds


def shared_columns(objects: Sequence[str], tags: Sequence[str]) -> tuple[list[int], list[int]]:
    """Columns of the objects that captions name too, and of those tags."""
    pairs = [(o, tags.index(name)) for o, name in enumerate(objects) if name in tags]
    return [o for o, _ in pairs], [t for _, t in pairs]
