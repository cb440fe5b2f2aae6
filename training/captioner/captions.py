"""Measures sentences about Flickr8k dev, of any captioner, beside constant and random ones."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.captioner.domain import Captioner
from training.captioner.corpora import Captioned, Pixels
from training.captioner.scoring import Said, scores
from training.captioner.wording import words_of

_CANDIDATES = 40
_SOME = 250
_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: of the model, of the best constant answer, and of random answers."""

    name: str
    model: float
    constant: float
    random: float


def sentences_of(captioner: Captioner, pixels: Pixels) -> list[str]:
    """The best caption of each photo; empty where the captioner wrote none."""
    return asyncio.run(_asked(captioner, pixels))


async def _asked(captioner: Captioner, pixels: Pixels) -> list[str]:
    said: list[str] = []
    for start in range(0, len(pixels), _TOGETHER):
        looks = (captioner.look(photo) for photo in pixels[start : start + _TOGETHER])
        sights = await asyncio.gather(*looks)
        said += [sight.captions[0].sentence.en if sight.captions else "" for sight in sights]
    await captioner.close()
    return said


def rows(sentences: Sequence[str], dev: Captioned, train: Captioned) -> list[Row]:
    """All measures of `scoring.scores`.

    The constant is chosen anew for every measure, among typical train captions, on part of the
    photos it is then measured on; random answers are captions of train photos.
    """
    people = dev.captions
    own = scores(sentences, people)
    generator = np.random.default_rng(0)
    others = [train.captions[i][0] for i in generator.integers(0, len(train.captions), len(people))]
    floor = scores(others, people)
    constants = _constants(typical(train), people)
    return [Row(name, value, constants[name], floor[name]) for name, value in own.items()]


def typical(train: Captioned) -> list[str]:
    """The captions made of the commonest pairs of words, each wording once."""
    said = {" ".join(words_of(caption)) for five in train.captions for caption in five}
    pairs = Counter(pair for sentence in said for pair in pairwise(sentence.split()))

    def commonness(sentence: str) -> float:
        return float(np.mean([np.log(pairs[pair]) for pair in pairwise(sentence.split())]))

    long_enough = sorted(s for s in said if 8 <= len(s.split()) <= 13)
    return sorted(long_enough, key=commonness, reverse=True)[:_CANDIDATES]


def _constants(candidates: Sequence[str], people: Said) -> dict[str, float]:
    """For every measure, what the best constant answer reaches."""
    some = people[:_SOME]
    tried = {sentence: scores([sentence] * len(some), some) for sentence in candidates}
    best = {
        name: max(candidates, key=lambda sentence: tried[sentence][name])
        for name in tried[candidates[0]]
    }
    whole = {said: scores([said] * len(people), people) for said in set(best.values())}
    return {name: whole[sentence][name] for name, sentence in best.items()}
