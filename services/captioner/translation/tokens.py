"""What every rule of the grammar stands on: the words of a caption and what is known of them."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from services.captioner.translation.glossary import Entry, Glossary

MAX_READINGS = 24
"""Most readings that one rule keeps from one token."""

_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|'s|,|\S")

T = TypeVar("T")
Readings = list[tuple[T, int]]
"""What may be read from a token on, likeliest first, each with where it ends."""


def tokens_of(caption: str) -> tuple[str, ...]:
    """Small letters, words apart from marks, without the full stop."""
    text = caption.lower().replace("’", "'").replace('"', "").strip().rstrip(".!").strip()
    return tuple(_TOKEN.findall(text))


class Tokens:
    """The words of one caption, and what was read of them so far.

    What a rule read once from a token is kept, so that time grows with the length of a caption and
    no faster.
    """

    def __init__(self, words: tuple[str, ...], glossary: Glossary) -> None:
        self.words = words
        self.glossary = glossary
        self._known: dict[tuple[str, int], Readings[Any]] = {}

    def kept(
        self, rule: str, start: int, read: Callable[[int], Iterator[tuple[T, int]]]
    ) -> Readings[T]:
        """The readings of a rule from a token on, read at most once."""
        key = (rule, start)
        if key not in self._known:
            self._known[key] = []  # a rule that meets itself at the same token reads nothing
            self._known[key] = list(islice(read(start), MAX_READINGS))
        return self._known[key]

    def match(self, start: int, *words: str) -> bool:
        """Whether these words stand at a token."""
        return self.words[start : start + len(words)] == words

    def word(self, start: int) -> str:
        """The word at a token, empty after the last."""
        return self.words[start] if start < len(self.words) else ""

    def skipping(self, start: int, *words: str) -> int:
        """The token after one of these words, or the token itself where none of them stands."""
        return start + 1 if self.word(start) in words else start

    def entries(self, start: int, *kinds: str) -> Iterator[tuple[Entry, int]]:
        """The entries of some kinds at a token, the longest first, with where they end."""
        for sense, end in self.glossary.at(self.words, start):
            if sense.entry.kind in kinds:
                yield sense.entry, end

    def may_be_verb(self, words: Iterable[str]) -> bool:
        """Whether any of the words is also a verb."""
        return any(
            sense.entry.kind == "verb"
            for word in words
            for sense in self.glossary.senses.get(word, ())
        )
