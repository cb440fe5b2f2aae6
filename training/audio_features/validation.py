"""Nested cross-validation by song: choices and trust come from folds within the learning clips."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.feeling import FeelingModel, Trust
from services.audio_features.domain import EMOTIONS, Floats
from training.audio_features.fitting import (
    CHOICES,
    Choice,
    Labels,
    Numbers,
    fit_model,
    fit_process,
    fit_projection,
    fit_trust,
)
from training.audio_features.vectors import Sounds

Heard = Callable[[NDArray[np.intp]], Sounds]
"""All clips as they are heard by what the clips with these indices alone have taught."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A model, all clips as it hears them, and which of them it never met, by their indices."""

    model: FeelingModel
    sounds: Sounds
    learn: NDArray[np.intp]
    test: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What models that never met a clip say of it; rows are clips in their order.

    `shares`, `usual` (what the model's own clips are usually felt as) and `deviation` have shape
    (clips, 9), `half_shares` (clips, 9) is said of the first half alone; `genres` (clips, 4) are
    probabilities. `is_own` says whether the second half nearest to the first is of the same clip,
    `neighbours`, shape (clips, 5), which clips are nearest to it.
    """

    shares: Floats
    half_shares: Floats
    usual: Floats
    deviation: Floats
    confidences: Floats
    genres: Floats
    is_own: NDArray[np.bool_]
    neighbours: NDArray[np.intp]


def held_out(heard: Heard, labels: Labels, seed: int) -> HeldOut:
    """Asks five models, each of which has never met a fifth of the clips, of that fifth."""
    said = [_said(fold) for fold in models(heard, labels, seed)]
    order = np.argsort(np.concatenate([test for _, test in folds(len(labels.shares), seed)]))
    return HeldOut(*(np.concatenate(rows)[order] for rows in zip(*said, strict=True)))


def _said(fold: Fold) -> tuple[NDArray[Any], ...]:
    """The fields of `HeldOut` for the clips that the model of a fold has never met."""
    model, test = fold.model, fold.test
    rows = fold.sounds.whole.rows[test]
    feelings = model.feelings(rows)
    halves = model.feelings(fold.sounds.first.rows[test])
    usual, deviation = shares(model.process.usual[np.newaxis]), model.trust.deviation
    return (
        np.stack([feeling.emotions for feeling in feelings]),
        np.stack([feeling.emotions for feeling in halves]),
        np.repeat(usual, len(test), axis=0),
        np.repeat(deviation[np.newaxis], len(test), axis=0),
        np.array([feeling.confidence for feeling in feelings], np.float32),
        np.array([list(genres.values()) for genres in model.genres(rows)], np.float32),
        *_neighbourhood(fold),
    )


def _neighbourhood(fold: Fold) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Among all clips, `is_own` and `neighbours` of those that the model never met."""
    whole, first, second = (
        fold.model.embeddings(each.rows)
        for each in (fold.sounds.whole, fold.sounds.first, fold.sounds.second)
    )
    alike = whole[fold.test] @ whole.T
    alike[np.arange(len(fold.test)), fold.test] = -1
    is_own = (first[fold.test] @ second.T).argmax(axis=1) == fold.test
    return is_own, np.argsort(-alike, axis=1)[:, :5]


def models(heard: Heard, labels: Labels, seed: int) -> Iterator[Fold]:
    """Fits five models, each of which has never met a fifth of the clips."""
    for learn, test in folds(len(labels.shares), seed):
        sounds = heard(learn)
        known, taught = sounds.only(learn), labels.only(learn)
        choice, trust = chosen(known, taught, seed + 1)
        yield Fold(fit_model(known, taught, choice, trust), sounds, learn, test)


def chosen(sounds: Sounds, labels: Labels, seed: int) -> tuple[Choice, Trust]:
    """Chooses from `CHOICES` by the mean correlation over five folds of these clips alone.

    The same folds tell how far the choice can be trusted.
    """
    outputs = {choice: np.zeros(labels.targets.shape, np.float32) for choice in CHOICES}
    for learn, test in folds(len(labels.shares), seed):
        projection = fit_projection(sounds.only(learn))
        known, new = (projection.project(sounds.whole.rows[each]) for each in (learn, test))
        for choice, filled in outputs.items():
            filled[test] = fit_process(known, labels.only(learn), choice).predict(new)
    best = max(CHOICES, key=lambda choice: mean_correlation(shares(outputs[choice]), labels.shares))
    return best, fit_trust(outputs[best], labels)


def folds(count: int, seed: int, parts: int = 5) -> Iterator[tuple[NDArray[np.intp], ...]]:
    """Splits clips, each a song of its own, into learning and testing indices, five times over."""
    shuffled = np.random.default_rng(seed).permutation(count)
    for test in np.array_split(shuffled, parts):
        yield np.setdiff1d(shuffled, test), test


def shares(outputs: Floats) -> Floats:
    """The emotions among outputs of shape (n, 13)."""
    return outputs[:, : len(EMOTIONS)]


def correlations(predicted: Floats, actual: Floats) -> Numbers:
    """Pearson's r of each column; 0 where a prediction never changes."""
    one, other = predicted - predicted.mean(axis=0), actual - actual.mean(axis=0)
    lengths = np.linalg.norm(one, axis=0) * np.linalg.norm(other, axis=0)
    return np.asarray((one * other).sum(axis=0) / np.maximum(lengths, 1e-9), np.float64)


def mean_correlation(predicted: Floats, actual: Floats) -> float:
    """Mean over all columns of Pearson's r."""
    return float(correlations(predicted, actual).mean())
