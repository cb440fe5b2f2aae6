"""What a sentence about a taught photo is worth: its likeness to what people wrote, as CIDEr-D.

Source: Vedantam, Zitnick & Parikh, "CIDEr: Consensus-based Image Description Evaluation", CVPR
2015. The end counts as a word, or sentences would be rewarded that stop in the middle.
"""

import math
from collections import Counter
from collections.abc import Sequence

from training.captioner.wording import words_of

_LONGEST_GRAM = 4
_WIDTH = 6.0
_END = "."


class Reward:
    """CIDEr-D against the captions of the photos given, whose words say what is rare."""

    def __init__(self, captions: Sequence[Sequence[str]]) -> None:
        grams = [[_grams([*words_of(caption), _END]) for caption in five] for five in captions]
        seen: Counter[tuple[str, ...]] = Counter()
        for five in grams:
            seen.update(set().union(*five))
        self._rarity = {gram: math.log(len(captions) / times) for gram, times in seen.items()}
        self._commonest = math.log(len(captions))
        self._people = [[self._vector(counts) for counts in five] for five in grams]

    def of(self, photo: int, sentence: Sequence[str], ended: bool = True) -> float:
        """The reward, 0 to 10, of a sentence, given as words, about one of the photos."""
        own = self._vector(_grams([*sentence, _END] if ended else sentence))
        return sum(_alike(own, theirs) for theirs in self._people[photo]) / len(self._people[photo])

    def _vector(self, counts: Counter[tuple[str, ...]]) -> "_Vector":
        weights: list[dict[tuple[str, ...], float]] = [{} for _ in range(_LONGEST_GRAM)]
        for gram, times in counts.items():
            weights[len(gram) - 1][gram] = times * self._rarity.get(gram, self._commonest)
        norms = [math.sqrt(sum(w * w for w in group.values())) for group in weights]
        length = sum(times for gram, times in counts.items() if len(gram) == 1)
        return _Vector(weights, norms, length)


class _Vector:
    """Weighted counts of the runs of one to four words, their lengths, and the words in all."""

    __slots__ = ("length", "norms", "weights")

    def __init__(
        self, weights: list[dict[tuple[str, ...], float]], norms: list[float], length: int
    ) -> None:
        self.weights, self.norms, self.length = weights, norms, length


def _grams(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(words[start : start + size])
        for size in range(1, _LONGEST_GRAM + 1)
        for start in range(len(words) - size + 1)
    )


def _alike(own: _Vector, theirs: _Vector) -> float:
    """CIDEr-D of one sentence beside one caption; 10 where they are equal."""
    total = 0.0
    for mine, yours, norm, other in zip(
        own.weights, theirs.weights, own.norms, theirs.norms, strict=True
    ):
        if norm > 0 and other > 0:
            common = sum(min(w, yours[g]) * yours[g] for g, w in mine.items() if g in yours)
            total += common / (norm * other)
    apart = own.length - theirs.length
    return 10.0 * total / _LONGEST_GRAM * math.exp(-(apart * apart) / (2 * _WIDTH * _WIDTH))
