"""Mood words of tags and lists, in whatever vocabulary they were written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from vts.moods import moods
from vts.moods.taxonomies import Label, Meaning, joined, labels

_VOCABULARIES = ("lastfm", "jamendo", "mirex18", "mirex", "gems")
"""Where words are looked up, first to last: tags of single songs before groups of tags."""

_OF_NO_MOOD = frozenset(
    {"action", "adventure", "advertising", "background", "ballad", "children", "christmas"}
    | {"commercial", "corporate", "deep", "documentary", "drama", "fast", "film", "game"}
    | {"holiday", "movie", "nature", "retro", "slow", "soundscape", "space", "sport", "summer"}
    | {"trailer", "travel"}
)
"""Jamendo's themes that tell what music is for or about rather than what it feels like."""


def meaning_of(words: Iterable[str]) -> Meaning | None:
    """What the mood words among some words mean together, each once; None if none is known.

    Words are found whatever their case, in English and Korean, hyphens as spaces: names of the 13
    moods, of Last.fm's and Jamendo's mood tags, of MIREX's groups and the tags in them.
    """
    return weighted_meaning_of(dict.fromkeys(map(_key, words), 1.0))


def weighted_meaning_of(weights: Mapping[str, float]) -> Meaning | None:
    """The same for words with weights in [0, 1]."""
    known = _known()
    found = [(known[_key(word)], weight) for word, weight in weights.items() if is_mood(word)]
    return joined(found) if found else None


def is_mood(word: str) -> bool:
    """Whether a word is the name of a mood in any of the vocabularies."""
    return _key(word) in _known()


@cache
def _known() -> Mapping[str, Label]:
    """Meanings by word; the first vocabulary that has a word keeps it."""
    known: dict[str, Label] = {}
    for word, label in _entries():
        known.setdefault(_key(word), label)
    return known


def _entries() -> Iterator[tuple[str, Label]]:
    for mood in moods():
        meant = Label(mood.english, mood.korean, mood.valence, mood.arousal, {mood.id: 1.0}, "")
        for name in (mood.id, mood.korean, *mood.english.split(", ")):
            yield name, meant
    for vocabulary in _VOCABULARIES:
        for name, label in labels(vocabulary).items():
            if vocabulary == "jamendo" and name in _OF_NO_MOOD:
                continue
            own = () if vocabulary.startswith("mirex") else (name,)  # G12 and the like
            for word in (*own, label.en, label.ko, *label.words):
                yield from ((part, label) for part in (word, *word.split("/")))


def _key(word: str) -> str:
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())
