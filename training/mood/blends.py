"""Chooses how the heads and the lexicon are mixed, on training halves only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from services.mood import english
from services.mood.backends.heads import assembled
from services.mood.backends.korean import Korean, rendered
from services.mood.blending import Blend, Felt, blended, certainty
from services.mood.language import has_hangul
from services.mood.wording import Sense, find_hits, make_sense
from training.mood import corpora
from training.mood.fitting import Floats, correlation
from training.mood.measuring import Answer, wish_score
from training.mood.vectors import vectors

LEXICON = (0.5, 0.65, 0.8, 0.9)
MUSIC = (0.2, 0.4, 0.6, 0.8)
NEUTRAL = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
START = Blend(lexicon=0.8, music=0.5, neutral=0.6)
SAMPLE = 4000

Case = tuple[Felt, Sense, float]


class Cases:
    """Texts with what the heads and the lexicon say of them, ready to be mixed."""

    def __init__(
        self, tensors: Mapping[str, Floats], names: Sequence[str], words: Mapping[str, str]
    ) -> None:
        self._heads = assembled(tensors, names, START, "trial")
        self._korean = Korean(words)

    def of(self, texts: Sequence[str], name: str) -> list[Case]:
        """The cases of texts; Korean ones are understood as far as their words are known."""
        rows = [self._parsed(text) for text in texts]
        inputs = vectors([words for words, *_ in rows], name)
        felt = self._heads.feel(inputs, [korean for _, korean, _ in rows])
        return [
            (feeling, sense, float(np.sqrt(sense.coverage)) if korean else 1.0)
            for feeling, (_, korean, sense) in zip(felt, rows, strict=True)
        ]

    def _parsed(self, text: str) -> tuple[str, bool, Sense]:
        korean = has_hangul(text)
        terms = self._korean.terms(text) if korean else english.terms(text)
        hits = find_hits(terms, self._korean.find if korean else english.find)
        words = rendered(terms, hits) if korean else text
        return words or text, korean, make_sense(terms, hits)


def chosen(
    data: Path,
    tensors: Mapping[str, Floats],
    names: Sequence[str],
    words: Mapping[str, str],
    bank: corpora.Labelled,
) -> Blend:
    """The blend that does best on the tuning wishes and on EmoBank rows kept from the heads."""
    cases = Cases(tensors, names, words)
    start = replace(START, neutral=_neutral(cases, data))
    wishes = corpora.requests("tune")
    wished = cases.of([wish.text for wish in wishes], "wishes")
    prose = cases.of(bank.texts, "emobank")

    def score(blend: Blend) -> float:
        return (
            wish_score(wishes, answers(wished, blend)).mean
            + correlation([each.valence for each in answers(prose, blend)], bank.targets[:, 0])
            + correlation([each.arousal for each in answers(prose, blend)], bank.targets[:, 1]) / 2
        )

    best = max(_grid(start), key=score)
    print(f"blend: {best}, score {score(best):.3f}, start {score(start):.3f}", flush=True)
    return best


def answers(cases: Sequence[Case], blend: Blend) -> list[Answer]:
    """What the service would answer with a blend."""
    found = []
    for felt, sense, understood in cases:
        affect, moods = blended(felt, sense, blend, understood=understood)
        found.append(Answer(moods, affect.valence, affect.arousal, affect.confidence))
    return found


def _grid(start: Blend) -> Iterator[Blend]:
    for lexicon, music in product(LEXICON, MUSIC):
        yield replace(start, lexicon=lexicon, music=music)


def _neutral(cases: Cases, data: Path) -> float:
    """The cut that sets neutral sentences farthest apart from those with feeling."""
    sentences = corpora.goemotions(data, "train")
    rows = np.random.default_rng(1).permutation(len(sentences.texts))[:SAMPLE]
    sample = sentences.rows(rows)
    only = sample.targets[:, corpora.NEUTRAL] == sample.targets.sum(axis=1)
    felt = [felt for felt, _, _ in cases.of(sample.texts, "goemotions")]

    def gap(cut: float) -> float:
        sure = np.array([certainty(each, replace(START, neutral=cut)) for each in felt])
        return float(sure[~only].mean() - sure[only].mean())

    return max(NEUTRAL, key=gap)
