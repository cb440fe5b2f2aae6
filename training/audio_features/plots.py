"""A picture of how well each emotion is predicted."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

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
