"""The heads fitted on finished embeddings: scenes by logistic regression, affect by ridge."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold
from torch.nn import functional

from training.captioner.graphs import Linear

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FOLDS = 10
"""Folds of every cross-validation here."""

_STRENGTHS = (3000.0, 6000.0, 12000.0, 24000.0)


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


def affect_head(views: Sequence[Floats], affect: Floats, strength: float) -> Linear:
    """Ridge regression of valence and arousal on all views of all photos."""
    x, y = np.concatenate(views), np.concatenate([affect] * len(views))
    centre, level = x.mean(0), y.mean(0)
    apart = x - centre
    dual = _solved((apart @ apart.T).astype(np.float64), y - level, strength)
    weight = (apart.T @ dual).astype(np.float32)
    return Linear(weight=weight, bias=(level - centre @ weight).astype(np.float32))


def _solved(gram: Doubles, affect: Floats, strength: float) -> Doubles:
    system = gram + strength * np.eye(len(gram))
    return np.asarray(np.linalg.solve(system, affect), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Affect:
    """Rated photos by their products with each other, which is all that ridge regression needs.

    `products` is (views × photos, views × photos), view by view; the first view is tried.
    """

    products: Doubles
    ratings: Floats
    themes: NDArray[np.str_]

    @classmethod
    def of(cls, views: Sequence[Floats], ratings: Floats, themes: NDArray[np.str_]) -> Self:
        """Takes the products of all views of all photos."""
        rows = np.concatenate(views)
        return cls((rows @ rows.T).astype(np.float64), ratings, themes)

    def predicted(
        self, taught: NDArray[np.intp], tested: NDArray[np.intp], strengths: Sequence[float]
    ) -> list[Doubles]:
        """Ratings of `tested` photos learned from `taught` ones, for each strength."""
        photos = len(self.ratings)
        seen = np.concatenate([taught + start for start in range(0, len(self.products), photos)])
        ratings = self.ratings[seen % photos]
        own, across = self.products[np.ix_(seen, seen)], self.products[np.ix_(tested, seen)]
        means, level = own.mean(0), ratings.mean(0)
        across = across - across.mean(1, keepdims=True) - means + means.mean()
        own = own - means - means[:, None] + means.mean()
        return [across @ _solved(own, ratings - level, s) + level for s in strengths]

    def best_strength(self, photos: NDArray[np.intp], seed: int) -> float:
        """The ridge strength with the least squared error across the themes of some photos."""
        errors: Doubles = np.zeros(len(_STRENGTHS))
        splitter = GroupKFold(5, shuffle=True, random_state=seed)
        for taught, tested in splitter.split(photos, groups=self.themes[photos]):
            found = self.predicted(photos[taught], photos[tested], _STRENGTHS)
            truth = self.ratings[photos[tested]]
            errors = errors + [float(np.square(each - truth).sum()) for each in found]
        return _STRENGTHS[int(errors.argmin())]

    def out_of_fold(self, seed: int, folds: int = FOLDS) -> Floats:
        """Valence and arousal of every photo by a head that saw no photo of its theme.

        The strength of the ridge is chosen anew inside every fold, also by theme.
        """
        predicted = np.zeros_like(self.ratings)
        splitter = GroupKFold(folds, shuffle=True, random_state=seed)
        for taught, tested in splitter.split(self.ratings, groups=self.themes):
            strength = self.best_strength(taught, seed)
            predicted[tested] = self.predicted(taught, tested, [strength])[0]
        return predicted


def correlations(predicted: Floats, affect: Floats) -> tuple[float, float]:
    """Pearson's r of valence and of arousal."""
    valence, arousal = (float(np.corrcoef(predicted[:, i], affect[:, i])[0, 1]) for i in (0, 1))
    return valence, arousal
