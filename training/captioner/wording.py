"""The words captions are written in: sentences in, numbers out, and back."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAD, START, END, RARE = range(4)
"""Numbers that stand for no word; a rare word is read in training and never written."""

UNWRITTEN = (PAD, START, RARE)
"""The numbers that nothing is allowed to write."""

MARKS = ("<pad>", "<start>", "<end>", "<rare>")

LONGEST = 20
"""Most words of a caption; longer ones of the training data are cut."""

_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


def words_of(sentence: str) -> list[str]:
    """The words of a sentence in lower case, without punctuation."""
    return _WORD.findall(sentence.lower().replace(" 's", "'s"))


@dataclass(frozen=True, slots=True)
class Wording:
    """The known words; a word's place in the list is its number, the first four are marks."""

    words: tuple[str, ...]

    @classmethod
    def learned(cls, captions: Iterable[str], least: int) -> "Wording":
        """All words said at least `least` times, most frequent first, ties by the alphabet."""
        said = Counter(word for caption in captions for word in words_of(caption))
        known = [word for word, times in said.items() if times >= least]
        return cls(MARKS + tuple(sorted(known, key=lambda w: (-said[w], w))))

    def numbers(self, captions: Sequence[str]) -> NDArray[np.int64]:
        """START, the words, END and padding: (captions, longest + 2 of these)."""
        place = {word: number for number, word in enumerate(self.words)}
        rows = [[place.get(w, RARE) for w in words_of(c)[:LONGEST]] for c in captions]
        table = np.full((len(rows), 2 + max(map(len, rows))), PAD, dtype=np.int64)
        for line, row in zip(table, rows, strict=True):
            line[: len(row) + 2] = [START, *row, END]
        return table

    def sentence(self, numbers: Iterable[int]) -> str:
        """The words up to END, between spaces."""
        said: list[str] = []
        for number in numbers:
            if number == END:
                break
            said.append(self.words[number])
        return " ".join(said)
