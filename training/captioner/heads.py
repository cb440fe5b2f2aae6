"""The heads fitted on finished embeddings: scenes by logistic regression, affect by ridge."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold
from torch.nn import functional

from training.captioner.export import Linear

Floats = NDArray[np.float32]

FOLDS = 10
"""Folds of every cross-validation here."""

_STRENGTHS = (1000.0, 3000.0, 10000.0, 30000.0)


@dataclass(frozen=True, slots=True)
class Places:
    """Scene photos and counter-examples, ready to learn from.

    `names` are the data's classes, `tags` the lexicon's words for them. `shown` and `known` are
    (photos, classes); `known` is 1 where it is known whether the photo shows the class, else 0.
    """

    names: tuple[str, ...]
    tags: tuple[str, ...]
    shown: NDArray[np.bool_]
    known: Floats


def places(labels: NDArray[np.str_], mentioned: Floats, tags: Sequence[str]) -> Places:
    """Labels of scene photos, followed by those of Flickr8k photos that show none of the classes.

    Args:
        labels: Class of each scene photo.
        mentioned: How many captions of each Flickr8k photo say each tag, (photos, tags).
        tags: Names of the columns.
    """
    path = Path(__file__).with_name("scenes.json")
    rules = json.loads(path.read_text(encoding="utf-8"))["scenes"]
    names = tuple(sorted(rules))
    shown = np.array([[label == name for name in names] for label in labels])
    known = np.array([[label not in rules[name]["overlaps"] for name in names] for label in labels])
    position = {tag: i for i, tag in enumerate(tags)}
    columns = [[position[w] for w in rules[name]["words"] if w in position] for name in names]
    absent = np.stack([mentioned[:, c].sum(1) == 0 for c in columns], axis=1)
    nothing = np.zeros_like(absent)
    return Places(
        names=names,
        tags=tuple(rules[name]["tag"] for name in names),
        shown=np.concatenate([shown, nothing]),
        known=np.concatenate([known, absent]).astype(np.float32),
    )


def scene_head(embeddings: Floats, shown: NDArray[np.bool_], known: Floats) -> Linear:
    """Fits one logistic regression per class, leaving unknown entries out."""
    x, w = torch.from_numpy(embeddings), torch.from_numpy(known)
    y = torch.from_numpy(shown.astype(np.float32))
    weight = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    bias = torch.full((y.shape[1],), -4.0, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = functional.binary_cross_entropy_with_logits(
            x @ weight + bias, y, weight=w, reduction="sum"
        )
        total = each + 25.0 * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Linear(weight=weight.detach().numpy(), bias=bias.detach().numpy())


def scenes_out_of_fold(embeddings: Floats, given: Places, seed: int) -> Floats:
    """Scene logits of every photo by a head that never saw it, (photos, classes)."""
    logits = np.zeros(given.shown.shape, dtype=np.float32)
    for taught, tested in KFold(5, shuffle=True, random_state=seed).split(embeddings):
        head = scene_head(embeddings[taught], given.shown[taught], given.known[taught])
        logits[tested] = embeddings[tested] @ head.weight + head.bias
    return logits


def affect_head(embeddings: Floats, affect: Floats, strength: float) -> Linear:
    """Ridge regression of valence and arousal, solved in its dual form."""
    centre, level = embeddings.mean(0), affect.mean(0)
    x = embeddings - centre
    dual = _dual(x @ x.T, affect - level, strength)
    weight = (x.T @ dual).astype(np.float32)
    return Linear(weight=weight, bias=(level - centre @ weight).astype(np.float32))


def _dual(gram: Floats, affect: Floats, strength: float) -> Floats:
    system = gram.astype(np.float64) + strength * np.eye(len(gram))
    dual: Floats = np.linalg.solve(system, affect).astype(np.float32)
    return dual


def doubled(views: Sequence[Floats], affect: Floats) -> tuple[Floats, Floats]:
    """All views of all photos below each other, each with its ratings."""
    return np.concatenate(views), np.concatenate([affect] * len(views))


def affect_out_of_fold(
    views: Sequence[Floats],
    affect: Floats,
    themes: NDArray[np.str_],
    seed: int,
    folds: int = FOLDS,
) -> Floats:
    """Valence and arousal of every photo by a head that saw no photo of its theme.

    The head learns from all views and is tried on the first. The strength of the ridge is chosen
    anew inside every fold, also by theme.
    """
    predicted = np.zeros_like(affect)
    splitter = GroupKFold(folds, shuffle=True, random_state=seed)
    for taught, tested in splitter.split(affect, affect, themes):
        seen = [view[taught] for view in views]
        strength = best_strength(seen, affect[taught], themes[taught], seed)
        head = affect_head(*doubled(seen, affect[taught]), strength)
        predicted[tested] = views[0][tested] @ head.weight + head.bias
    return predicted


def best_strength(
    views: Sequence[Floats], affect: Floats, themes: NDArray[np.str_], seed: int
) -> float:
    """The ridge strength with the least squared error across themes."""
    errors = dict.fromkeys(_STRENGTHS, 0.0)
    splitter = GroupKFold(5, shuffle=True, random_state=seed)
    for taught, tested in splitter.split(affect, affect, themes):
        x, y = doubled([view[taught] for view in views], affect[taught])
        centre, level = x.mean(0), y.mean(0)
        gram = (x - centre) @ (x - centre).T
        across = (views[0][tested] - centre) @ (x - centre).T
        for strength in _STRENGTHS:
            gaps = across @ _dual(gram, y - level, strength) + level - affect[tested]
            errors[strength] += float(np.square(gaps).sum())
    return min(errors, key=lambda strength: errors[strength])


def correlations(predicted: Floats, affect: Floats) -> tuple[float, float]:
    """Pearson's r of valence and of arousal."""
    valence, arousal = (float(np.corrcoef(predicted[:, i], affect[:, i])[0, 1]) for i in (0, 1))
    return valence, arousal
