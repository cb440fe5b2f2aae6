"""A picture of how well clips find their song, and of how far their confidence can be trusted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

from training.audio_features.distortions import CONDITIONS
from training.audio_features.matching_certainty import reliability_curve
from training.audio_features.matching_trials import Trial


def plot_matching(results: Mapping[str, float], trials: Sequence[Trial], folder: Path) -> Path:
    """Draws rank 1 by condition, and the reliability of confidence; returns the picture's path."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 4.5), layout="constrained", width_ratios=(3, 2)
    )
    names = list(CONDITIONS)[::-1]
    for offset, (measure, label) in enumerate(
        (("mean_mfcc_rank1", "mean MFCC"), ("windows_rank1", "windows"), ("rank1", "re-ranked"))
    ):
        left.barh(
            [place + 0.27 * (offset - 1) for place in range(len(names))],
            [results[f"{measure}_{name}"] for name in names],
            height=0.25,
            label=label,
        )
    left.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    left.set_xlabel("share of clips whose song came first of 300")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    right.plot([0, 1], [0, 1], color="black", linestyle=":")
    right.plot(*reliability_curve(trials), marker="o")
    right.set_xlabel("confidence told")
    right.set_ylabel("share that was right, songs not fitted on")
    path = folder / "eval-matching.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path
