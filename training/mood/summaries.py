"""Measures summaries on captions of Flickr8k: `python -m training.mood.summaries`.

Keywords: the five captions of a photo are summed up, and the first five keywords compared with the
nouns that at least two of the captions share (`shared`); and four captions are summed up and
compared with the nouns of the fifth, which the summary did not see (`unseen`). What is a noun is
told by the captioner's glossary, which the summary does not know. Beside it: the most frequent
words that are no stop words, and five such words at random.

Groups: the captions of 1 to 8 photos are mixed, and the groups compared with the photos by the
adjusted Rand index. Prints a table and writes `build/figures/eval-summaries.json`.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import comb
from pathlib import Path

import numpy as np

from services.captioner.translation.glossary import NOUNS, glossary
from services.mood.backends.embedding import EmbeddingReader
from services.mood.domain import Reading, Sentence, Text, Word
from services.mood.lexicon import grammar
from services.mood.summarising import Words, summary
from training.mood.options import data_option

FIGURES = Path("build/figures/eval-summaries.json")
SEED = 7
BEST = 5
"""Keywords that are compared."""
MIXED = (1, 2, 3, 4, 6, 8)
MIXES = 50

Captions = Sequence[str]
Chosen = Sequence[str]


class Photos:
    """Captions of photos, each read once."""

    def __init__(self, captions: Sequence[Captions]) -> None:
        self.captions = captions
        reader = EmbeddingReader(threads=1, cache_entries=1)
        reader.load()
        self._readings: list[list[Reading]] = []
        self._words: list[list[tuple[Word, ...]]] = []
        for own in captions:
            texts = [Text(caption, "en") for caption in own]
            self._readings.append(reader.read(texts))
            self._words.append(reader.words(texts))

    def keywords(self, photo: int, captions: slice = slice(None)) -> list[str]:
        """The best keywords of some captions of one photo."""
        found = summary(
            [Sentence(caption) for caption in self.captions[photo][captions]],
            self._readings[photo][captions],
            self._words[photo][captions],
        )
        return [word.text for word in found.keywords if word.language == "en"][:BEST]

    def words(self, photo: int, captions: slice = slice(None)) -> list[str]:
        """All words of some captions, in order."""
        lines = self._words[photo][captions]
        return [word.text for line in lines for word in line if word.text.isalpha()]

    def groups(self, photos: Sequence[int]) -> list[int]:
        """The group of each caption of several photos."""
        sentences = [Sentence(caption) for photo in photos for caption in self.captions[photo]]
        readings = [reading for photo in photos for reading in self._readings[photo]]
        words: Words = [line for photo in photos for line in self._words[photo]]
        labels = [0] * len(sentences)
        for label, group in enumerate(summary(sentences, readings, words).groups):
            for index in group.sentences:
                labels[index] = label
        return labels


def evaluate(data: Path, split: str = "dev") -> dict[str, float]:
    """Every figure by name, each with `_frequency` and `_random` beside it."""
    path = data / "flickr8k" / f"{split}_captions.json"
    captions = list(json.loads(path.read_text(encoding="utf-8")).values())
    photos = Photos(captions)
    figures: dict[str, float] = {}
    for name, sought, seen in (
        ("shared", lambda own: shared_nouns(own), slice(None)),
        ("unseen", lambda own: nouns(own[-1]), slice(0, -1)),
    ):
        figures |= _keyword_figures(name, photos, sought, seen)
    return {**figures, **_group_figures(photos)}


def _keyword_figures(
    name: str, photos: Photos, sought: Callable[[Captions], set[str]], seen: slice
) -> dict[str, float]:
    rng = np.random.default_rng(SEED)
    answers: dict[str, list[tuple[float, float]]] = {"": [], "_frequency": [], "_random": []}
    for photo, captions in enumerate(photos.captions):
        truth = sought(captions)
        if not truth:
            continue
        words = [
            singular(word) for word in photos.words(photo, seen) if word not in grammar().stopwords
        ]
        often = [word for word, _ in Counter(words).most_common(BEST)]
        anyhow = rng.permutation(sorted(set(words)))[:BEST].tolist()
        chosen = [singular(word) for word in photos.keywords(photo, seen)]
        for kind, given in (("", chosen), ("_frequency", often), ("_random", anyhow)):
            answers[kind].append(precision_and_recall(given, truth))
    figures = {}
    for kind, pairs in answers.items():
        precision, recall = np.mean(pairs, axis=0)
        figures[f"{name}_precision_at_5{kind}"] = round(float(precision), 4)
        figures[f"{name}_f1_at_5{kind}"] = round(
            float(2 * precision * recall / (precision + recall)), 4
        )
    return figures


def _group_figures(photos: Photos) -> dict[str, float]:
    rng = np.random.default_rng(SEED)
    figures = {}
    for count in MIXED:
        scores, rights, floors = [], [], []
        for _ in range(MIXES):
            chosen = rng.choice(len(photos.captions), count, replace=False).tolist()
            truth = [photo for photo in chosen for _ in photos.captions[photo]]
            labels = photos.groups(chosen)
            scores.append(rand_index(labels, truth))
            rights.append(len(set(labels)) == count)
            floors.append(rand_index(rng.permutation(labels).tolist(), truth))
        if count > 1:
            figures[f"groups_of_{count}_rand"] = round(float(np.mean(scores)), 4)
            figures[f"groups_of_{count}_rand_random"] = round(float(np.mean(floors)), 4)
        figures[f"groups_of_{count}_right_number"] = round(float(np.mean(rights)), 4)
    return figures


def shared_nouns(captions: Captions) -> set[str]:
    """The nouns that at least two captions have."""
    counts = Counter(noun for caption in captions for noun in nouns(caption))
    return {noun for noun, count in counts.items() if count >= 2}


def nouns(caption: str) -> set[str]:
    """The words of a caption that the glossary knows as nouns and not as verbs, in the singular."""
    return {singular(word) for word in caption.lower().split() if _is_noun(word)}


def _is_noun(word: str) -> bool:
    kinds = {sense.entry.kind for sense in glossary().senses.get(word, ())}
    return bool(kinds & NOUNS) and kinds <= NOUNS


def singular(word: str) -> str:
    """The singular of a word the glossary knows, else the word."""
    senses = glossary().senses.get(word, ())
    found = (s.entry.word for s in senses if s.entry.kind in NOUNS and s.form == "many")
    return next(found, word)


def precision_and_recall(given: Chosen, truth: set[str]) -> tuple[float, float]:
    """How much of what was given is sought, and how much of what is sought was given."""
    right = len(set(given) & truth)
    return right / max(len(set(given)), 1), right / len(truth)


def rand_index(labels: Sequence[int], truth: Sequence[int]) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985): 1 where equal, 0 on average by chance."""

    def pairs(values: Iterator[object]) -> int:
        return sum(comb(count, 2) for count in Counter(values).values())

    both = pairs(iter(zip(labels, truth, strict=True)))
    one, other = pairs(iter(labels)), pairs(iter(truth))
    expected = one * other / comb(len(labels), 2)
    most = (one + other) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def table(figures: dict[str, float]) -> str:
    """The figures as lines of text."""
    return "\n".join(f"{name:40}{value:8.3f}" for name, value in figures.items())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    found = evaluate(arguments.parse_args().data)
    print(table(found))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
