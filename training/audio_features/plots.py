"""Pictures of how well each emotion is predicted, and of what a confidence is worth."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from services.audio_features.domain import EMOTIONS


def plot_correlations(results: Mapping[str, float], folder: Path) -> Path:
    """Draws Pearson's r of the nine emotions beside chance; returns the picture's path."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    ordered = sorted(EMOTIONS, key=lambda name: results[f"{name}_r"])
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.barh(
        [name.replace("_", " ") for name in ordered], [results[f"{name}_r"] for name in ordered]
    )
    axes.axvline(results["emotions_r_random_floor"], color="black", linestyle=":", label="chance")
    axes.axvline(results["emotions_r"], color="black", linestyle="--", label="mean of the nine")
    axes.set_xlabel("correlation with listeners (Pearson's r), clips not seen in training")
    axes.legend(loc="lower right")
    path = folder / "eval-audio-features.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path


def plot_reliability(groups: NDArray[np.float64], folder: Path) -> Path:
    """Draws the agreement found over the confidence of each group; returns the picture's path."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(4.5, 4), layout="constrained")
    axes.plot([0, 1], [0, 1], color="black", linestyle=":", label="as said")
    axes.plot(groups[:, 0], groups[:, 1], marker="o", label="clips not seen in training")
    axes.set_xlabel("confidence, mean of a fifth of the clips")
    axes.set_ylabel("agreement with listeners (cosine)")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.legend(loc="upper left")
    path = folder / "eval-feeling-confidence.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path
