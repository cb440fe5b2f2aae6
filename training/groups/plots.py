"""The map of the groups as a picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from services.recommender.groups import Integers
from services.recommender.tracks import Array


def plot_map(points: Array, labels: Integers, names: Sequence[str], folder: Path) -> Path:
    """Draws every song where t-SNE puts it, in its group's colour; returns the picture's path."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 5.5), layout="constrained")
    colours = plt.get_cmap("tab10")
    for group, name in enumerate(names):
        own = points[labels == group]
        axes.scatter(
            own[:, 0], own[:, 1], s=18, color=colours(group % 10), label=f"{name} ({len(own)})"
        )
        middle = np.median(own, axis=0)
        axes.annotate(str(group + 1), middle, weight="bold", ha="center", va="center")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title("Songs by their sound (t-SNE), in groups (k-means)")
    figure.legend(loc="outside right center", fontsize="small")
    path = folder / "eval-groups.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path
