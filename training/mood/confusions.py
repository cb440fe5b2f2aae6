"""The 13 moods on sentences with known emotions: who is taken for whom, and how often rightly."""

import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt

from training.mood.corpora import Labelled
from vts.moods import MOODS
from vts.moods.taxonomies import mood_vector

TRUE_WEIGHT = 0.4
"""A sentence has a mood if its labels bring it with at least this weight."""
NOTHING = "nothing"
CUTS = tuple(np.arange(0.1, 0.7, 0.025).round(3).tolist())
LEAST_SENTENCES = 20
"""Moods that fewer sentences have are left out of the mean: two of thirteen get no label at all."""

Numbers = npt.NDArray[np.floating]


def weights(sentences: Labelled, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """The 13 moods (texts, 13) that the taxonomy gives sentences for their labels."""
    rows = []
    for target in sentences.targets:
        given = {names[int(label)]: 1.0 for label in np.flatnonzero(target)}
        rows.append(mood_vector("goemotions", given).moods)
    return np.array(rows)


def best_cuts(scores: Numbers, truth: Numbers) -> npt.NDArray[np.float64]:
    """For each mood the cut with the best F1 on training rows."""
    true = truth >= TRUE_WEIGHT
    return np.array(
        [
            max(CUTS, key=lambda cut: _f1(scores[:, mood] >= cut, true[:, mood]))
            for mood in range(len(MOODS))
        ]
    )


def f1_by_mood(scores: Numbers, truth: Numbers, cuts: Numbers) -> dict[str, float]:
    """F1 of each mood that enough sentences have."""
    true, said = truth >= TRUE_WEIGHT, scores >= cuts
    return {
        mood: _f1(said[:, place], true[:, place])
        for place, mood in enumerate(MOODS)
        if true[:, place].sum() >= LEAST_SENTENCES
    }


def confusion(scores: Numbers, truth: Numbers, cuts: Numbers) -> npt.NDArray[np.float64]:
    """Shares (14, 14): for each true top mood (or nothing), which mood was said first (or none).

    Rows add up to 1. A sentence with several top moods counts for each of them alike.
    """
    tops = np.where(truth >= TRUE_WEIGHT, truth == truth.max(axis=1, keepdims=True), False)
    tops = np.column_stack([tops, ~tops.any(axis=1)]).astype(float)
    standing = np.where(scores >= cuts, scores - cuts, -np.inf)
    first = np.where(np.isinf(standing).all(axis=1), len(MOODS), standing.argmax(axis=1))
    said = np.eye(len(MOODS) + 1)[first]
    table = (tops / tops.sum(axis=1, keepdims=True)).T @ said
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1e-9))


def write(table: Numbers, figures: Path) -> None:
    """Writes the table as flat JSON and as a picture beside the other figures."""
    names = [*MOODS, NOTHING]
    flat = {
        f"{true}_said_{said}": round(float(table[row, column]), 4)
        for row, true in enumerate(names)
        for column, said in enumerate(names)
    }
    path = figures / "eval-mood-confusion.json"
    path.write_text(json.dumps(flat, indent=1) + "\n", encoding="utf-8")
    _draw(table, names, figures / "eval-mood-confusion.png")


def _draw(table: Numbers, names: Sequence[str], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(8, 7), layout="constrained")
    axes.imshow(table, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(table >= 0.005):
        shade = "white" if table[row, column] > 0.5 else "black"
        share = f"{100 * table[row, column]:.0f}"
        axes.text(column, row, share, ha="center", va="center", color=shade, fontsize=7)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("said first (%)")
    axes.set_ylabel("true by the labels")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _f1(said: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> float:
    return float(2 * (said & true).sum() / max(1, said.sum() + true.sum()))
