"""Other people's mood vocabularies, mapped onto the 13 moods and the valence/arousal plane.

`TAXONOMIES` names those in which an answer can be given. `clusters10`, the names that listeners
gave to ten groups of Korean songs, is mapped too. The numbers, and where each comes from, are in
`taxonomies.json`; `training/vocabularies` recomputes the measured ones and holds the others
against data.
"""

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from vts.moods import MOODS

TAXONOMIES = ("mirex", "mirex18", "moods5", "lastfm", "jamendo", "goemotions", "kote", "gems")
"""The vocabularies in whose labels a feeling can be told."""

MAX_TAXONOMIES = 8
"""How many of them one request may name."""

PLANE_WIDTH = 0.8
"""How far on the plane (in its units) a label may lie from an affect and still fit it.

Chosen by `training/vocabularies`: with it, labels taken away from songs and sentences are found
again best.
"""


class TaxonomyError(ValueError):
    """A name of a vocabulary that cannot be; `index` is where it stands, None if it is the list."""

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index

    def path(self, field: str) -> str:
        """Where the trouble is, for a field that holds the names: `taxonomies[1]`."""
        return field if self.index is None else f"{field}[{self.index}]"


@dataclass(frozen=True, slots=True)
class Label:
    """What one label of a vocabulary means, and its names.

    `valence` and `arousal` are in [-1, 1]; `moods` maps mood ids to weights in [0, 1], empty where
    the label says that nothing is felt. `rated_as` lists the rated words whose mean the place is;
    where it is empty the place is judgement, as the weights always are. `words` are those that its
    source puts under the label; `gathers` lists, by vocabulary, the labels that make it up.
    """

    en: str
    ko: str
    valence: float
    arousal: float
    moods: Mapping[str, float]
    source: str
    rated_as: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    gathers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary with its names and where it comes from; its labels are in the source's order."""

    en: str
    ko: str
    origin: str
    labels: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A set of weighted labels in VTS's terms: 13 scores in [0, 1], and a place on the plane."""

    moods: tuple[float, ...]
    valence: float
    arousal: float


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Every vocabulary by name."""
    text = resources.files(__package__).joinpath("taxonomies.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return {
        name: Vocabulary(
            entry["en"],
            entry["ko"],
            entry["origin"],
            {label: _label(told, raw["sources"]) for label, told in entry["labels"].items()},
        )
        for name, entry in raw["vocabularies"].items()
    }


@cache
def taxonomies() -> Mapping[str, Mapping[str, Label]]:
    """The labels of every vocabulary by its name, each a mapping to what they mean."""
    return {name: known.labels for name, known in vocabularies().items()}


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names of vocabularies as they came; raises `TaxonomyError` for what may not be asked."""
    if len(names) > MAX_TAXONOMIES:
        raise TaxonomyError(f"may hold {MAX_TAXONOMIES} names at most, not {len(names)}")
    for index, name in enumerate(names):
        if name not in TAXONOMIES:
            raise TaxonomyError(f"must be one of: {', '.join(TAXONOMIES)}", index)
        if name in names[:index]:
            raise TaxonomyError("is named twice", index)
    return tuple(names)


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
    for name, weight in weights.items():
        if name not in known:
            raise ValueError(f"unknown label {name!r} in taxonomy {taxonomy!r}")
        if not 0.0 <= weight <= 1.0:
            raise ValueError(f"the weight of {name!r} is {weight}, not in [0, 1]")
    return joined([(known[name], weight) for name, weight in weights.items()])


def joined(weighted: Sequence[tuple[Label, float]]) -> Meaning:
    """What labels of any vocabularies mean together, as `mood_vector` has it."""
    misses = [1.0] * len(MOODS)
    valence = arousal = total = 0.0
    for label, weight in weighted:
        misses = [
            miss * (1.0 - weight * label.moods.get(mood, 0.0))
            for miss, mood in zip(misses, MOODS, strict=True)
        ]
        valence += weight * label.valence
        arousal += weight * label.arousal
        total += weight
    scale = 1.0 / total if total else 0.0
    return Meaning(tuple(1.0 - miss for miss in misses), valence * scale, arousal * scale)


def label_scores(
    taxonomy: str,
    moods: Sequence[float],
    valence: float,
    arousal: float,
    *,
    width: float = PLANE_WIDTH,
) -> dict[str, float]:
    """How much of each label is felt, in [0, 1]: the way back from a meaning to a vocabulary.

    `moods` are 13 scores in [0, 1]. Only what stands out from their median counts, so moods that
    are all alike say nothing but "nothing is felt". A label's score is the product of how far
    moods are felt in its direction, how alike the two mixtures of moods are (their cosine), and
    how near its place is. Of a label's own meaning it is the highest but, where that is
    faint, for "nothing is felt". Raises `ValueError` for an
    unknown taxonomy or if there are not 13 moods.
    """
    if len(moods) != len(MOODS):
        raise ValueError(f"there must be {len(MOODS)} moods, not {len(moods)}")
    usual = statistics.median(moods)
    felt = [max(0.0, score - usual) for score in moods]
    return {
        name: _fit(label, felt) * _nearness(label, valence, arousal, width)
        for name, label in labels(taxonomy).items()
    }


def gathered(taxonomy: str, known: Mapping[str, Mapping[str, float]]) -> dict[str, float] | None:
    """The scores of labels made up of labels of another vocabulary, if its scores are known.

    A label's score is the chance that at least one of its parts is felt, taken as independent.
    None where a label is made up of nothing, or its parts are not known.
    """
    scores = {}
    for name, label in labels(taxonomy).items():
        parts = [
            (known.get(source, {}), part)
            for source in label.gathers
            for part in label.gathers[source]
        ]
        if not parts or any(part not in table for table, part in parts):
            return None
        scores[name] = 1.0 - math.prod(1.0 - table[part] for table, part in parts)
    return scores


def _fit(label: Label, felt: Sequence[float]) -> float:
    """How far moods are felt in a label's direction, times the cosine between the two."""
    own = [label.moods.get(mood, 0.0) for mood in MOODS]
    if not any(own):
        return 1.0 - max(felt)
    both = sum(mine * there for mine, there in zip(own, felt, strict=True))
    if not both:
        return 0.0
    along = both / math.hypot(*own)
    return min(1.0, along) * min(1.0, along / math.hypot(*felt))


def _nearness(label: Label, valence: float, arousal: float, width: float) -> float:
    square = (label.valence - valence) ** 2 + (label.arousal - arousal) ** 2
    return math.exp(-square / (2.0 * width * width))


def _label(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Label:
    told = ["rated_as", "judged"] if entry.get("rated_as") else ["judged_all"]
    gathered = {name: tuple(parts) for name, parts in entry.get("gathers", {}).items()}
    lists = {name: tuple(entry.get(name, ())) for name in ("rated_as", "words")}
    source = "; ".join(sources[each] for each in told)
    return Label(**{**entry, **lists, "gathers": gathered, "source": source})
