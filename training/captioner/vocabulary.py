"""Turns captions into labels: which words of the lexicon, and which other words, a photo shows."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LEXICON = Path("services/captioner/lexicon.json")
"""The words the captioner can say, with their English and Korean forms."""

_IRREGULAR = {
    "ran": "run", "running": "run", "swam": "swim", "swimming": "swim", "sat": "sit",
    "sitting": "sit", "stood": "stand", "rode": "ride", "ridden": "ride", "ate": "eat",
    "flew": "fly", "sang": "sing", "threw": "throw", "fought": "fight", "slept": "sleep",
    "hugging": "hug", "flies": "fly", "cries": "cry", "leaves": "leaf", "puppies": "puppy",
    "babies": "baby", "ponies": "pony", "families": "family", "parties": "party", "wearing": "wear",
    "stairs": "stairs", "sunglasses": "sunglasses", "woods": "woods", "trunks": "trunks",
    "rapids": "rapids", "tennis": "tennis", "dress": "dress", "grass": "grass", "bus": "bus",
    "buses": "bus", "leash": "leash", "dressed": "dressed", "building": "building",
    "evening": "evening", "morning": "morning", "wedding": "wedding", "ring": "ring",
    "string": "string", "clothing": "clothing", "painting": "painting", "something": "something",
}  # fmt: skip
_DOUBLED = re.compile(r"([bdgmnprt])\1$")

_SILENT = """
a an the in on of and with is are at to through his her their its it by for from into up down over
out off near while as one other another each they he she that this has have be being which who
there some very not or him them itself himself does do
"""
STOP_WORDS = frozenset(_SILENT.split())
"""Words that say nothing about what a photo shows."""


def lemma(word: str, known: frozenset[str]) -> str:
    """The known base form of an English word, or the word itself when none is known."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    return next((form for form in _bases(word) if form in known), word)


def _bases(word: str) -> Iterable[str]:
    yield word
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 2:
            yield stem
            yield stem + "e"
            yield _DOUBLED.sub(r"\1", stem)
            yield stem.removesuffix("i") + "y"


def lexicon_tags(path: Path = LEXICON) -> dict[str, str]:
    """Every word form the lexicon lists, mapped to its tag."""
    groups = json.loads(path.read_text(encoding="utf-8"))
    entries = [entry for group in groups.values() for entry in group]
    forms = {form: entry["tag"] for entry in entries for form in entry.get("also", ())}
    return forms | {entry["tag"]: entry["tag"] for entry in entries}


def spoken(captions: Sequence[str], tag_of: dict[str, str]) -> Counter[str]:
    """How many of one photo's captions say each tag (or, for other words, each word)."""
    known = frozenset(tag_of)
    counts: Counter[str] = Counter()
    for caption in captions:
        words = re.findall(r"[a-z]+", caption.lower())
        bases = {lemma(word, known) for word in words if word not in STOP_WORDS}
        counts.update({tag_of.get(base, base) for base in bases})
    return counts


def chosen_tags(photos: Sequence[Counter[str]], tags: Iterable[str], least: int) -> list[str]:
    """The tags that at least `least` photos show: said by two of their five captions."""
    shown = Counter(word for said in photos for word, times in said.items() if times >= 2)
    return sorted(tag for tag in set(tags) if shown[tag] >= least)


def frequent_words(photos: Sequence[Counter[str]], least: int) -> list[str]:
    """All words that at least `least` photos show, most frequent first."""
    shown = Counter(word for said in photos for word, times in said.items() if times >= 2)
    return [word for word, times in shown.most_common() if times >= least]


def mentions(photos: Sequence[Counter[str]], words: Sequence[str]) -> NDArray[np.float32]:
    """How many captions of each photo say each word, shaped (photos, words)."""
    table = [[said[word] for word in words] for said in photos]
    return np.asarray(table, dtype=np.float32)
