"""Measures the model of the audio_features service: felt emotion, genre, embedding, tempo, key.

Example: python -m training.audio_features.evaluate --data ../shared/data
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.figures import embedding_figures, emotion_figures, genre_figures
from training.audio_features.fitting import Numbers
from training.audio_features.hearing import in_folds, labels_of
from training.audio_features.plots import plot_correlations, plot_reliability
from training.audio_features.sketches import DEFAULT_SKETCHES, accuracies, affect_correlations, hear
from training.audio_features.trusting import meaning_figures, reliability, trust_figures
from training.audio_features.validation import held_out

SEEDS = (0, 1, 2, 3, 4)
"""One cross-validation in five folds for each."""

FIGURES = Path("build/figures")


def evaluate(data: Path, sketches: Path = DEFAULT_SKETCHES) -> tuple[dict[str, float], Numbers]:
    """Measures on clips that no model saw; the sketches only if they are rendered.

    Returns the figures, and the reliability of confidences in the last cross-validation.
    """
    clips = emotify(data)
    labels, heard = labels_of(clips), in_folds(clips.paths, data)
    runs = [held_out(heard, labels, seed) for seed in SEEDS]
    results = (
        emotion_figures(runs, labels, SEEDS)
        | genre_figures(runs, labels)
        | trust_figures(runs, labels)
        | meaning_figures(runs, labels)
        | embedding_figures(runs, labels)
    )
    if (sketches / "sketches.jsonl").exists():
        found = hear(sketches)
        results |= accuracies(found) | affect_correlations(found)
    return results, reliability(runs[-1], labels)


def table(results: dict[str, float]) -> Table:
    """Lays the results out: each measure beside its mean baseline and its random floor."""
    layout = Table(
        "measure", "model", "mean baseline", "random floor (95 %)", title="audio_features"
    )
    for name, value in results.items():
        if not name.endswith(("_mean_baseline", "_random_floor")):
            beside = (results.get(f"{name}_{end}") for end in ("mean_baseline", "random_floor"))
            cells = ("" if number is None else f"{number:.3f}" for number in beside)
            layout.add_row(name, f"{value:.3f}", *cells)
    return layout


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument(
        "--sketches", type=Path, default=DEFAULT_SKETCHES, help="folder with sketches.jsonl"
    )
    chosen = parser.parse_args(argv)
    results, groups = evaluate(chosen.data, chosen.sketches)
    FIGURES.mkdir(parents=True, exist_ok=True)
    written = FIGURES / "eval-audio-features.json"
    written.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    pictures = plot_correlations(results, FIGURES), plot_reliability(groups, FIGURES)
    console = Console()
    console.print(table(results))
    console.print(f"{written}, {pictures[0]} and {pictures[1]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
