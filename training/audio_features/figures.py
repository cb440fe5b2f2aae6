"""The figures of felt emotion, genre and embedding, from what was said of clips held out."""

from collections.abc import Sequence

import numpy as np

from services.audio_features.backends.feeling import GENRES
from services.audio_features.domain import EMOTIONS, Floats
from training.audio_features.fitting import Labels
from training.audio_features.validation import HeldOut, correlations, folds, mean_correlation


def emotion_figures(
    runs: Sequence[HeldOut], labels: Labels, seeds: Sequence[int]
) -> dict[str, float]:
    """Pearson's r and the mean absolute error of shares, beside the mean and shuffled answers."""
    shares = labels.shares
    random = np.random.default_rng(0)
    shuffled = [mean_correlation(random.permutation(runs[0].shares), shares) for _ in range(1_000)]
    means = [_fold_means(shares, seed) for seed in seeds]
    results = {
        "emotions_r": float(np.mean([mean_correlation(run.shares, shares) for run in runs])),
        "emotions_r_mean_baseline": float(np.mean([mean_correlation(m, shares) for m in means])),
        "emotions_r_random_floor": float(np.quantile(shuffled, 0.95)),
        "emotions_r_of_10_seconds": float(
            np.mean([mean_correlation(run.half_shares, shares) for run in runs])
        ),
        "emotions_error": float(np.mean([np.abs(run.shares - shares).mean() for run in runs])),
        "emotions_error_mean_baseline": float(np.mean([np.abs(m - shares).mean() for m in means])),
    }
    by_emotion = np.mean([correlations(run.shares, shares) for run in runs], axis=0)
    return results | {f"{name}_r": float(r) for name, r in zip(EMOTIONS, by_emotion, strict=True)}


def _fold_means(shares: Floats, seed: int) -> Floats:
    """Predicts for every clip the mean of the clips outside its fold."""
    predicted = np.zeros_like(shares)
    for learn, test in folds(len(shares), seed):
        predicted[test] = shares[learn].mean(axis=0)
    return predicted


def genre_figures(runs: Sequence[HeldOut], labels: Labels) -> dict[str, float]:
    """How often the most probable genre is right, and how probable the right one was thought."""
    everywhere = np.concatenate([run.genres for run in runs])
    right = np.tile(labels.genres, len(runs))
    best = everywhere.argmax(axis=1)
    random = np.random.default_rng(0)
    shuffled = [
        (random.permutation(labels.genres) == best[: len(labels.genres)]).mean()
        for _ in range(1_000)
    ]
    shares = np.bincount(right) / len(right)
    results = {
        "genre_accuracy": float((best == right).mean()),
        "genre_accuracy_mean_baseline": float(shares.max()),
        "genre_accuracy_random_floor": float(np.quantile(shuffled, 0.95)),
        "genre_log_loss": float(-np.log(everywhere[np.arange(len(right)), right]).mean()),
        "genre_log_loss_mean_baseline": float(-(shares * np.log(shares)).sum()),
    }
    return results | {
        f"{name}_found": float((best[right == index] == index).mean())
        for index, name in enumerate(GENRES)
    }


def embedding_figures(runs: Sequence[HeldOut], labels: Labels) -> dict[str, float]:
    """Whether the second half nearest to a first is its own, and whether genres flock."""
    genres = labels.genres
    shuffled = np.random.default_rng(0).permutation(genres)
    return {
        "embedding_half_recall_at_1": float(np.mean([run.is_own.mean() for run in runs])),
        "embedding_half_recall_at_1_random_floor": 1 / len(genres),
        "embedding_genre_at_5": float(
            np.mean([genres[run.neighbours] == genres[:, np.newaxis] for run in runs])
        ),
        "embedding_genre_at_5_random_floor": float(
            np.mean([shuffled[run.neighbours] == shuffled[:, np.newaxis] for run in runs])
        ),
    }
