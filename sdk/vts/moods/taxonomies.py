"""Other people's mood vocabularies, mapped onto the 13 moods and the valence/arousal plane.

Six vocabularies are known: `gems` (the 9 feelings of the Geneva Emotional Music Scales, as in
Emotify), `goemotions` (28), `lastfm` (45 mood tags, "Aggresive" spelt as at the source), `jamendo`
(56 mood and theme tags), `kote` (44 Korean labels) and `mirex` (5 clusters, `cluster_1` to
`cluster_5`). The numbers, and where each comes from, are in `taxonomies.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from vts.moods import MOODS


@dataclass(frozen=True, slots=True)
class Label:
    """What one label of a vocabulary means.

    `valence` and `arousal` are in [-1, 1]; `moods` maps mood ids to weights in [0, 1];
    `source` says what was measured and what is judgement.
    """

    valence: float
    arousal: float
    moods: Mapping[str, float]
    source: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A set of weighted labels in VTS's terms: 13 scores in [0, 1], and a place on the plane."""

    moods: tuple[float, ...]
    valence: float
    arousal: float


@cache
def taxonomies() -> Mapping[str, Mapping[str, Label]]:
    """Every vocabulary by name, each a mapping from its labels to what they mean."""
    text = resources.files(__package__).joinpath("taxonomies.json").read_text(encoding="utf-8")
    return {
        name: {label: _label(entry) for label, entry in labels.items()}
        for name, labels in json.loads(text).items()
    }


def labels(taxonomy: str) -> Mapping[str, Label]:
    """The labels of one vocabulary; raises `ValueError` that names the known ones otherwise."""
    known = taxonomies()
    if taxonomy not in known:
        raise ValueError(f"unknown taxonomy {taxonomy!r}; known are {', '.join(known)}")
    return known[taxonomy]


def mood_vector(taxonomy: str, weights: Mapping[str, float]) -> Meaning:
    """What weighted labels mean together.

    `weights` are in [0, 1], like probabilities or shares of listeners. A mood's score is the
    chance that at least one label brings it, taking labels as independent; valence and arousal
    are means over the labels by weight, 0 where there is none. Raises `ValueError` for an unknown
    taxonomy or label, or a weight out of range.
    """
    known = labels(taxonomy)
    misses = [1.0] * len(MOODS)
    valence = arousal = total = 0.0
    for name, weight in weights.items():
        if name not in known:
            raise ValueError(f"unknown label {name!r} in taxonomy {taxonomy!r}")
        if not 0.0 <= weight <= 1.0:
            raise ValueError(f"the weight of {name!r} is {weight}, not in [0, 1]")
        label = known[name]
        misses = [
            miss * (1.0 - weight * label.moods.get(mood, 0.0))
            for miss, mood in zip(misses, MOODS, strict=True)
        ]
        valence += weight * label.valence
        arousal += weight * label.arousal
        total += weight
    scale = 1.0 / total if total else 0.0
    return Meaning(tuple(1.0 - miss for miss in misses), valence * scale, arousal * scale)


def _label(entry: dict[str, Any]) -> Label:
    return Label(**{**entry, "words": tuple(entry.get("words", ()))})
