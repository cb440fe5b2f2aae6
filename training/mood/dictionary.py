"""Learns English words for Korean ones from sentence pairs, by word alignment.

IBM Model 1 (Brown et al., 1993) on the training half of GoEmotions and its Korean translation. Only
words that the hand-written lexicon lacks are kept, where the data is sure enough of them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood import english
from services.mood.backends.korean import Korean
from training.mood import corpora

ROUNDS = 8
RAREST = 3
SUREST_SHARE = 0.2

_KOREAN = re.compile("[가-힣]+")
_ENGLISH = re.compile("[a-z]{2,}")

Pair = tuple[list[str], list[str]]


def learned(data: Path) -> dict[str, str]:
    """English words by Korean dictionary key, in the order of the Korean."""
    korean = Korean({})
    pairs = _pairs(korean, data)
    seen = Counter(word for source, _ in pairs for word in set(source))
    best = _best(pairs)
    found = {
        word: target
        for word, (target, share) in best.items()
        if seen[word] >= RAREST and share >= SUREST_SHARE
        if _KOREAN.fullmatch(word) and _ENGLISH.fullmatch(target)
        if korean.find((word,)) is None
    }
    return dict(sorted(found.items()))


def _pairs(korean: Korean, data: Path) -> list[Pair]:
    translated = corpora.goemotions(data, "train", "ko").texts
    original = corpora.goemotions(data, "train", "en").texts
    pairs = []
    for number, (ko, en) in enumerate(zip(translated, original, strict=True), start=1):
        source = [term.keys[0] for term in korean.terms(ko) if term.content]
        target = [term.keys[0] for term in english.terms(en) if term.content]
        if source and target:
            pairs.append((source, target))
        if number % 5000 == 0:
            print(f"dictionary: {number} of {len(original)} pairs read", flush=True)
    return pairs


def _best(pairs: Sequence[Pair]) -> dict[str, tuple[str, float]]:
    """The likeliest English word for each Korean one, with its probability."""
    sources = sorted({word for source, _ in pairs for word in source})
    targets = sorted({word for _, target in pairs for word in target})
    left = {word: index for index, word in enumerate(sources)}
    right = {word: index for index, word in enumerate(targets)}
    links = np.array(
        [
            (left[a], right[b], number, place)
            for number, (source, target) in enumerate(pairs)
            for place, b in enumerate(target)
            for a in source
        ],
        dtype=np.int64,
    )
    cells, cell = np.unique(links[:, 0] * len(targets) + links[:, 1], return_inverse=True)
    chances = _align(cells // len(targets), cell, links[:, 2:])
    best: dict[str, tuple[str, float]] = {}
    for index in np.argsort(chances, kind="stable"):
        word = sources[cells[index] // len(targets)]
        best[word] = (targets[cells[index] % len(targets)], float(chances[index]))
    return best


def _align(
    source: npt.NDArray[np.int64], cell: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Expectation maximisation: P(English word | Korean word) for every cell of the table."""
    _, token = np.unique(places[:, 0] * 1000 + places[:, 1], return_inverse=True)
    chances = np.ones(len(source))
    for _ in range(ROUNDS):
        shares = chances[cell]
        shares /= np.bincount(token, shares)[token]
        counts = np.bincount(cell, shares, minlength=len(source))
        chances = counts / np.bincount(source, counts)[source]
    return chances
