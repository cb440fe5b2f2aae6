"""What a classifier's labels mean: the 13 moods, and a place on the plane.

A label is of a vocabulary that VTS knows (`vts.moods.taxonomies`, or `moods13` for the 13 moods
themselves), or its meaning is given beside it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from vts.moods import MOODS, moods
from vts.moods.taxonomies import taxonomies

OWN = "own"
"""The name of a vocabulary whose meanings are given, where it has no other."""
MOODS13 = "moods13"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one label means: weights of moods in [0, 1], valence and arousal in [-1, 1]."""

    moods: Mapping[str, float]
    valence: float
    arousal: float

    def __post_init__(self) -> None:
        """Raises `ValueError` for a mood that is not one of the 13, or a number out of range."""
        for mood, weight in self.moods.items():
            if mood not in MOODS:
                raise ValueError(f"knows no mood {mood!r}; there are {', '.join(MOODS)}")
            _check(f"the weight of {mood}", weight, 0.0)
        _check("valence", self.valence, -1.0)
        _check("arousal", self.arousal, -1.0)

    @property
    def is_felt(self) -> bool:
        """Whether it tells of any mood; `neutral` does not."""
        return any(self.moods.values())


def given(entries: Mapping[str, Any]) -> dict[str, Meaning]:
    """Meanings as a file tells them: label → `{"moods": {…}, "valence": …, "arousal": …}`.

    Raises:
        ValueError: An entry is not of that form; the message names the label.
    """
    meanings = {}
    for label, entry in entries.items():
        try:
            weights = {mood: float(weight) for mood, weight in entry["moods"].items()}
            meaning = Meaning(weights, float(entry["valence"]), float(entry["arousal"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            said = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise ValueError(f"the meaning of {label!r}: {said}") from error
        meanings[label] = meaning
    return meanings


def told(meanings: Mapping[str, Meaning]) -> dict[str, Any]:
    """The other way round, for a file."""
    return {
        label: {"moods": dict(each.moods), "valence": each.valence, "arousal": each.arousal}
        for label, each in meanings.items()
    }


@cache
def vocabularies() -> Mapping[str, Mapping[str, Meaning]]:
    """Every vocabulary whose labels VTS knows the meaning of, in the order of their ids."""
    known = {
        name: {
            label: Meaning(dict(each.moods), each.valence, each.arousal)
            for label, each in labels.items()
        }
        for name, labels in taxonomies().items()
    }
    own = {each.id: Meaning({each.id: 1.0}, each.valence, each.arousal) for each in moods()}
    return {MOODS13: own} | known


def vocabulary_of(labels: Sequence[str]) -> str | None:
    """The smallest known vocabulary that has all of these labels, or None."""
    fitting = [name for name, known in vocabularies().items() if set(labels) <= set(known)]
    return min(fitting, key=lambda name: len(vocabularies()[name]), default=None)


def _check(what: str, number: float, least: float) -> None:
    if not (math.isfinite(number) and least <= number <= 1.0):
        raise ValueError(f"{what} is {number}, not in [{least:g}, 1]")
