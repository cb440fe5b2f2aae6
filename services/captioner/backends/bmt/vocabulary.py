"""The words that captions are made of, in the order that the checkpoint was trained with.

Their order is data, never code: one word more or less would shift all after it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SPECIALS = (" UNK ", "<blank>", "<s>", "</s>")
"""Unknown word, padding, start and end; always the first four."""

UNKNOWN, BLANK, START, END = range(4)
_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, by their number."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.words[:4] != SPECIALS:
            raise ValueError(f"a vocabulary begins with {SPECIALS}")
        if len(set(self.words)) != len(self.words):
            raise ValueError("a word is in the vocabulary twice")

    def __len__(self) -> int:
        return len(self.words)

    def sentence(self, numbers: Iterable[int]) -> str:
        """Joins words by spaces and capitalises the first, as the published results do."""
        return " ".join(self.words[number] for number in numbers).capitalize()

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The words' numbers between start and end; words not known become `UNKNOWN`."""
        known = {word: number for number, word in enumerate(self.words)}
        return [START, *(known.get(token.lower(), UNKNOWN) for token in tokens), END]


def derived(captions: Iterable[Sequence[str]]) -> Vocabulary:
    """Makes the vocabulary of tokenised training captions: by frequency, ties alphabetically."""
    counts = Counter(token.lower() for caption in captions for token in caption)
    for special in SPECIALS:
        counts.pop(special, None)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return Vocabulary((*SPECIALS, *(word for word, _ in ordered)))


def read(path: Path) -> Vocabulary:
    """Reads a JSON list of words, or a text file with a word per line.

    Raises:
        ValueError: Neither, or not a vocabulary; the message names the file.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError(f"{path} is larger than {_MAX_BYTES} bytes: no vocabulary")
    text = path.read_text(encoding="utf-8")
    try:
        # Words may hold spaces of their own (" UNK "): only the line break is cut off.
        words = json.loads(text) if path.suffix == ".json" else text.split("\n")
        if words and words[-1] == "":
            words.pop()
        return Vocabulary(tuple(str(word) for word in words))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error
