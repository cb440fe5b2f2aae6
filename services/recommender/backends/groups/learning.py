"""A neural network and boosted trees that tell the group of a sound, and how often each is right.

Every song is held out once (five folds), so that no model is asked for a song it has learnt. Beside
songs they learn from places between songs, whose groups the division itself tells.
"""

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from services.recommender.groups import Integers
from services.recommender.predicting import Network, Trees
from services.recommender.tracks import Array

FOLDS = 5
LEAST_SONGS = 10
MOST_IN_FOLDS = 5000
"""Beyond this many songs one fold is held out and not each in turn."""

MOST_LEARNT = 20_000
HIDDEN = (128,)
ROUNDS = 120

BETWEEN = 4_000
"""Places to learn from in all, where there are fewer songs; those between tell the borders."""

Division = Callable[[Array], Integers]
"""Tells the groups of places."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The better model, and the shares of held-out songs that each gets right."""

    predictor: Network | Trees
    network_accuracy: float
    trees_accuracy: float
    majority_accuracy: float
    held_out: int


def learn(
    sounds: Array, labels: Integers, groups: int, seed: int, division: Division | None = None
) -> Learnt:
    """Learns from places among the components in spreads, m x p, and their groups.

    With a division, places between those that are learnt from are learnt from, too.
    """
    sounds, labels = sounds[:MOST_LEARNT], labels[:MOST_LEARNT]

    def taught(fit: Callable[..., Network | Trees], rows: Integers) -> Network | Trees:
        lesson = with_between(sounds[rows], labels[rows], division, seed)
        return fit(*lesson, groups, seed)

    right: dict[str, list[bool]] = {"network": [], "trees": [], "majority": []}
    for learnt, held in folds(len(sounds), seed):
        common = np.bincount(labels[learnt], minlength=groups).argmax()
        guesses = {
            "network": _told(taught(network, learnt), sounds[held]),
            "trees": _told(taught(trees, learnt), sounds[held]),
            "majority": np.full(len(held), common),
        }
        for name, guess in guesses.items():
            right[name] += (guess == labels[held]).tolist()
    shares = {name: float(np.mean(each)) if each else 0.0 for name, each in right.items()}
    fit = trees if shares["trees"] > shares["network"] else network
    return Learnt(
        taught(fit, np.arange(len(sounds), dtype=np.int32)),
        shares["network"],
        shares["trees"],
        shares["majority"],
        len(right["majority"]),
    )


def with_between(
    sounds: Array, labels: Integers, division: Division | None, seed: int
) -> tuple[Array, Integers]:
    """Songs, and places between pairs of them drawn at random, with the groups of all."""
    count = BETWEEN - len(sounds)
    if division is None or count <= 0:
        return sounds, labels
    random = np.random.default_rng(seed)
    one, other = random.integers(len(sounds), size=(2, count))
    share = random.random((count, 1), np.float32)
    places = (sounds[one] + share * (sounds[other] - sounds[one])).astype(np.float32)
    return np.concatenate([sounds, places]), np.concatenate([labels, division(places)])


def folds(songs: int, seed: int) -> list[tuple[Integers, Integers]]:
    """Places to learn from and to hold out; none if there are too few songs."""
    if songs < LEAST_SONGS:
        return []
    order = np.random.default_rng(seed).permutation(songs).astype(np.int32)
    parts = np.array_split(order, FOLDS)
    held_out = parts if songs <= MOST_IN_FOLDS else parts[:1]
    return [(np.setdiff1d(order, part), part) for part in held_out]


def _told(predictor: Network | Trees, sounds: Array) -> Integers:
    told: Integers = predictor.scores(sounds).argmax(axis=1)
    return told


def network(sounds: Array, labels: Integers, groups: int, seed: int) -> Network:
    """A network of one hidden layer (scikit-learn), as numbers."""
    model = MLPClassifier(
        HIDDEN,
        alpha=0.01,
        learning_rate_init=0.003,
        max_iter=400,
        tol=0.0,
        n_iter_no_change=400,
        batch_size=min(64, len(sounds)),
        random_state=seed % 2**32,
        shuffle=False,  # scikit-learn's own costs more per batch than learning; once is enough
    )
    if len(sounds) > 2000:
        model.set_params(max_iter=150, batch_size=256)
    classes, codes = np.unique(labels, return_inverse=True)
    with warnings.catch_warnings():
        # It is stopped after so many rounds on purpose.
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixed = np.random.default_rng(seed).permutation(len(sounds))
        model.fit(sounds[mixed], codes[mixed])
    return Network(
        tuple(part.astype(np.float32) for part in model.coefs_),
        tuple(part.astype(np.float32) for part in model.intercepts_),
        classes.astype(np.int32),
        groups,
    )


def trees(sounds: Array, labels: Integers, groups: int, seed: int) -> Trees:
    """Boosted trees (XGBoost: Chen & Guestrin, KDD 2016), as numbers."""
    classes, codes = np.unique(labels, return_inverse=True)
    parameters = {
        "objective": "multi:softprob",
        "num_class": len(classes),
        "max_depth": 4,
        "eta": 0.15,
        "subsample": 0.8,
        "colsample_bytree": 0.5,
        "seed": seed % 2**31,
        "nthread": 1,
    }
    booster = xgboost.train(parameters, xgboost.DMatrix(sounds, codes), ROUNDS)
    return _as_numbers(json.loads(booster.save_raw("json")), classes.astype(np.int32), groups)


def _as_numbers(saved: dict[str, Any], classes: Integers, groups: int) -> Trees:
    """The trees of XGBoost's own JSON."""
    learner = saved["learner"]
    grown = learner["gradient_booster"]["model"]["trees"]
    count = int(learner["learner_model_param"]["num_class"])
    base = np.zeros(count, np.float32)
    base += np.array(json.loads(learner["learner_model_param"]["base_score"]), np.float32)
    most = max(len(tree["left_children"]) for tree in grown)

    def rows(name: str, kind: type, blank: int) -> Any:
        padded = [tree[name] + [blank] * (most - len(tree[name])) for tree in grown]
        return np.array(padded, kind)

    return Trees(
        rows("split_indices", np.int32, 0),
        rows("split_conditions", np.float32, 0),
        rows("left_children", np.int32, -1),
        rows("right_children", np.int32, -1),
        base,
        classes,
        groups,
    )
