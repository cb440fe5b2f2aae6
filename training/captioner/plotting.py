"""Pictures of how training went, and of how far confidence can be trusted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

mpl.use("Agg")

from matplotlib import pyplot as plt


def plot_training(histories: Mapping[str, Sequence[Mapping[str, float]]], path: Path) -> None:
    """Draws every stage's measures by epoch, a panel each."""
    figure, panels = plt.subplots(1, len(histories), figsize=(4 * len(histories), 3.2))
    for axes, (stage, history) in zip(np.atleast_1d(panels), histories.items(), strict=True):
        for name in history[0] if history else ():
            axes.plot(range(1, len(history) + 1), [each[name] for each in history], label=name)
        axes.set_title(stage)
        axes.set_xlabel("epoch")
        axes.legend()
    _saved(figure, path)


def plot_reliability(
    said: NDArray[np.float64], true: NDArray[np.float64], path: Path, bins: int = 8
) -> None:
    """Draws how much of sentences of each confidence, in bins of equal size, is confirmed."""
    order = np.array_split(np.argsort(said), bins)
    means = [(said[part].mean(), true[part].mean()) for part in order]
    figure, axes = plt.subplots(figsize=(3.6, 3.6))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot(*np.array(means).T, marker="o")
    axes.set_xlabel("confidence")
    axes.set_ylabel("share confirmed")
    axes.set_aspect("equal")
    _saved(figure, path)


def _saved(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)
