"""Measures the model of the audio_features service: felt emotion, embedding, tempo and key.

Example: python -m training.audio_features.evaluate --data ../shared/data
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from services.audio_features.domain import EMOTIONS, Floats
from training.audio_features.clips import DEFAULT_DATA, LabelledClips, emotify, vectors
from training.audio_features.fitting import (
    correlations,
    fit_projection,
    folds,
    mean_correlation,
    out_of_fold,
)
from training.audio_features.plots import plot_correlations
from training.audio_features.sketches import DEFAULT_SKETCHES, accuracies, affect_correlations, hear

SEEDS = (0, 1, 2, 3, 4)
"""One cross-validation in five folds for each."""

FIGURES = Path("build/figures")


def evaluate(data: Path, sketches: Path = DEFAULT_SKETCHES) -> dict[str, float]:
    """Measures on clips that no model saw; the sketches only if they are rendered."""
    clips = emotify(data)
    measured = vectors(clips.paths)
    predictions = [out_of_fold(measured, clips.shares, seed)[0] for seed in SEEDS]
    results = _emotion_results(clips, predictions) | _embedding_results(clips)
    if (sketches / "sketches.jsonl").exists():
        heard = hear(sketches)
        results |= accuracies(heard) | affect_correlations(heard)
    return results


def _emotion_results(clips: LabelledClips, predictions: list[Floats]) -> dict[str, float]:
    shares = clips.shares
    random = np.random.default_rng(0)
    shuffled = [mean_correlation(random.permutation(predictions[0]), shares) for _ in range(1_000)]
    means = [_fold_means(shares, seed) for seed in SEEDS]
    results = {
        "emotions_r": float(np.mean([mean_correlation(each, shares) for each in predictions])),
        "emotions_r_mean_baseline": float(np.mean([mean_correlation(m, shares) for m in means])),
        "emotions_r_random_floor": float(np.quantile(shuffled, 0.95)),
        "emotions_error": float(np.mean([np.abs(p - shares).mean() for p in predictions])),
        "emotions_error_mean_baseline": float(np.mean([np.abs(m - shares).mean() for m in means])),
    }
    by_emotion = np.mean([correlations(each, shares) for each in predictions], axis=0)
    return results | {f"{name}_r": float(r) for name, r in zip(EMOTIONS, by_emotion, strict=True)}


def _fold_means(shares: Floats, seed: int) -> Floats:
    """Predicts for every clip the mean of the clips outside its fold."""
    predicted = np.zeros_like(shares)
    for learn, test in folds(len(shares), seed):
        predicted[test] = shares[learn].mean(axis=0)
    return predicted


def _embedding_results(clips: LabelledClips) -> dict[str, float]:
    """Asks whether the nearest second half of a clip is its own, and whether genres flock."""
    whole = vectors(clips.paths)
    projection = fit_projection(whole)
    first, second, both = (
        projection.embed(projection.project(each.rows))
        for each in (vectors(clips.paths, "first half"), vectors(clips.paths, "second half"), whole)
    )
    own = (first @ second.T).argmax(axis=1) == np.arange(len(first))
    alike = both @ both.T
    np.fill_diagonal(alike, -1)
    nearest = np.argsort(-alike, axis=1)[:, :5]
    genres = np.array(clips.genres)
    shuffled = np.random.default_rng(0).permutation(genres)
    return {
        "embedding_half_recall_at_1": float(own.mean()),
        "embedding_half_recall_at_1_random_floor": 1 / len(own),
        "embedding_genre_at_5": float((genres[nearest] == genres[:, np.newaxis]).mean()),
        "embedding_genre_at_5_random_floor": float(
            (shuffled[nearest] == shuffled[:, np.newaxis]).mean()
        ),
    }


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
    results = evaluate(chosen.data, chosen.sketches)
    FIGURES.mkdir(parents=True, exist_ok=True)
    written = FIGURES / "eval-audio-features.json"
    written.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    console = Console()
    console.print(table(results))
    console.print(f"{written} and {plot_correlations(results, FIGURES)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
