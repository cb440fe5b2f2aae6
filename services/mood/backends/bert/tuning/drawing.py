"""Pictures of a training: its course, its calibration, and what it takes for what."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from services.mood.backends.bert.tuning.judging import Judgement
from services.mood.backends.bert.tuning.measures import Calibration

CURVES, CALIBRATION, CONFUSION = "curves.png", "calibration.png", "confusion.png"

_MOST_NAMED = 64


def draw(judgement: Judgement, history: Sequence[Mapping[str, float]], folder: Path) -> None:
    """Draws all three into a folder."""
    _draw_curves(history, folder / CURVES)
    _draw_calibration(judgement, folder / CALIBRATION)
    _draw_confusion(judgement, folder / CONFUSION)


def _draw_curves(history: Sequence[Mapping[str, float]], path: Path) -> None:
    figure = Figure(figsize=(8.0, 3.2))
    panels = figure.subplots(1, 2)
    for axes, names in zip(
        panels, (("loss", "choosing_loss"), ("micro_f1", "macro_f1")), strict=True
    ):
        for name in names:
            values = [each[name] for each in history]
            axes.plot(range(1, len(values) + 1), values, marker="o", label=name.replace("_", " "))
        axes.set_xlabel("epoch")
        axes.legend()
    _save(figure, path)


def _draw_calibration(judgement: Judgement, path: Path) -> None:
    figure = Figure(figsize=(4.2, 4.0))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    lines: dict[str, Calibration] = {
        "all labels, as learned": judgement.plain,
        "all labels, calibrated": judgement.calibrated,
        "likeliest label, calibrated": judgement.surest,
    }
    for name, each in lines.items():
        there = each.counts > 0
        axes.plot(each.said[there], each.true[there], marker="o", label=f"{name}: {each.error:.3f}")
    axes.set_xlabel("probability said")
    axes.set_ylabel("share true")
    axes.legend(title="expected calibration error", fontsize=7, title_fontsize=7)
    _save(figure, path)


def _draw_confusion(judgement: Judgement, path: Path) -> None:
    names = [_drawable(name, n) for n, name in enumerate(judgement.profile.labels)]
    side = min(14.0, 3.0 + 0.22 * len(names))
    figure = Figure(figsize=(side, side))
    axes = figure.subplots()
    axes.imshow(judgement.confusion, vmin=0.0, vmax=1.0, cmap="Blues")
    if len(names) <= _MOST_NAMED:
        axes.set_xticks(np.arange(len(names)), names, rotation=90, fontsize=7)
        axes.set_yticks(np.arange(len(names)), names, fontsize=7)
    axes.set_xlabel("said")
    axes.set_ylabel("true")
    _save(figure, path)


def _drawable(name: str, number: int) -> str:
    """The name, or the label's number where the fonts that come with matplotlib lack its script."""
    return name if name.isascii() else str(number)


def _save(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=100)
