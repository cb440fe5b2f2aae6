"""The bilingual lexicon of mood, scene and music words, and the words that modify them.

`data/lexicon/` holds a file for each field of life, with one meaning a line: its kind, its English
gloss, its English and Korean forms, valence and arousal in [-1, 1], and weights in [0, 1] over the
13 moods. A Korean form may carry a gloss of its own, as in `벚꽃=cherry blossom`. The numbers are
the author's judgement, started from the 13 moods' own places on the plane.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from vts.moods import MOOD_DIMENSIONS, MOODS

Kind = Literal["mood", "scene", "music", "emoji", "plain", "asking"]

IMPORTANCE: Mapping[Kind, float] = {
    "mood": 1.0,
    "music": 0.8,
    "emoji": 0.7,
    "scene": 0.6,
    "plain": 0.0,
    "asking": 0.0,
}
"""How much a word of each kind says about the mood that is asked for.

Words of `asking` ("song", "듣고 싶다") only ask for music, and are no part of what is said of it.
"""

EMOJI_STYLE = "\ufe0f"
"""Asks for the coloured form of the sign before it; what is typed and pasted often lacks it."""


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """One line of the lexicon; `moods` has shape (13,), `korean` maps forms to glosses."""

    kind: Kind
    gloss: str
    english: tuple[str, ...]
    korean: Mapping[str, str]
    valence: float
    arousal: float
    moods: npt.NDArray[np.float64] = field(repr=False)

    @property
    def importance(self) -> float:
        """How much the word says about a mood, in [0, 1]; 0 for a word without feeling."""
        return IMPORTANCE[self.kind] if self.moods.any() else 0.0


@dataclass(frozen=True, slots=True)
class Modifier:
    """What a small word does to the word beside it.

    `compares` is 1 for "more" and -1 for "less"; `strength` multiplies the weight.
    """

    negates: bool = False
    compares: int = 0
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Grammar:
    """The small words: those that act on what follows, on what came before, and the fences.

    `polar` ones, as 별로, are feelings of their own only where nothing near them negates.
    """

    before: Mapping[str, Modifier]
    after: Mapping[str, Modifier]
    boundaries: frozenset[str]
    polar: frozenset[str]
    comparatives: Mapping[str, str]
    stopwords: frozenset[str]


@cache
def meanings() -> tuple[Meaning, ...]:
    """Every line of the lexicon, file by file in the order of their names."""
    files = resources.files(__package__).joinpath("data", "lexicon").iterdir()
    return tuple(
        _meaning(row)
        for file in sorted(files, key=lambda file: file.name)
        for row in csv.DictReader(
            file.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE
        )
    )


@cache
def grammar() -> Grammar:
    """The modifiers of both languages."""
    raw = json.loads(_data("modifiers.json"))
    return Grammar(
        before={word: Modifier(**effect) for word, effect in raw["before"].items()},
        after={word: Modifier(**effect) for word, effect in raw["after"].items()},
        boundaries=frozenset(raw["boundaries"]),
        polar=frozenset(raw["polar"]),
        comparatives=raw["comparatives"],
        stopwords=frozenset(raw["stopwords"]),
    )


def new_words() -> tuple[str, ...]:
    """Korean nouns of the lexicon that are too new for Kiwi's own dictionary."""
    return tuple(json.loads(_data("korean_words.json")))


@cache
def korean_keys() -> Mapping[str, tuple[str, ...]]:
    """What Kiwi makes of Korean forms; `python -m training.mood.lexicon_keys` writes it."""
    return {form: tuple(key.split()) for form, key in json.loads(_data("korean_keys.json")).items()}


@cache
def english_forms() -> Mapping[str, Meaning]:
    """Meanings by English form, in small letters; the first line that has a form keeps it.

    Emoji stand here without their variation selectors, which texts have lost too.
    """
    forms: dict[str, Meaning] = {}
    for meaning in meanings():
        for form in meaning.english:
            forms.setdefault(form.lower().replace(EMOJI_STYLE, ""), meaning)
    return forms


@cache
def korean_forms() -> Mapping[str, Meaning]:
    """Meanings by Korean form; the first line that has a form keeps it."""
    forms: dict[str, Meaning] = {}
    for meaning in meanings():
        for form in meaning.korean:
            forms.setdefault(form, meaning)
    return forms


def _meaning(row: Mapping[str, str]) -> Meaning:
    moods = np.zeros(MOOD_DIMENSIONS)
    for pair in row["moods"].split():
        mood, weight = pair.split("=")
        moods[MOODS.index(mood)] = float(weight)
    moods.flags.writeable = False
    return Meaning(
        kind=cast(Kind, row["kind"]),
        gloss=row["gloss"],
        english=_forms(row["english"]),
        korean=_glossed(row["korean"], row["gloss"]),
        valence=float(row["valence"]),
        arousal=float(row["arousal"]),
        moods=moods,
    )


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form for form in cell.split(", ") if form)


def _glossed(cell: str, gloss: str) -> Mapping[str, str]:
    pairs = (form.partition("=") for form in _forms(cell))
    return {form: own or gloss for form, _, own in pairs}


def _data(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
