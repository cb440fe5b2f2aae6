"""What the Korean network sees of a text: for each morpheme, itself and the pieces of its letters.

A feature is the CRC-32 of a short string, so neither a vocabulary nor its order is shipped as
text. Pieces are syllables, pairs of syllables and threes of jamo (the letters within syllables):
they carry words that were never seen whole, and misspelt ones.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol
from zlib import crc32

LONGEST_MORPHEMES = 192
"""Later morphemes of a text are left out."""
LONGEST_FORM = 24
"""Later letters of a morpheme are left out."""
CACHED_MORPHEMES = 4096
SYLLABLES = range(0xAC00, 0xD7A4)
VOWELS = 21
FINALS = 28

_LATIN = "SL"
_STRETCHED = re.compile(r"(.)\1{2,}")

Features = tuple[int, ...]
"""The morpheme's own feature, then those of its pieces."""


class Morpheme(Protocol):
    """What Kiwi says of a morpheme: its form and its part of speech."""

    form: str
    tag: str


def features(morphemes: Iterable[Morpheme]) -> list[Features]:
    """The features of a text, one tuple for each morpheme in order."""
    found: list[Features] = []
    for morpheme in morphemes:
        if len(found) == LONGEST_MORPHEMES:
            break
        found.append(morpheme_features(morpheme.form, morpheme.tag.split("-")[0]))
    return found


@lru_cache(maxsize=CACHED_MORPHEMES)
def morpheme_features(form: str, tag: str) -> Features:
    """The features of one morpheme; laughter and crying count the same at any length."""
    form = _STRETCHED.sub(r"\1\1", form.lower()[:LONGEST_FORM])
    pieces = () if tag == _LATIN else dict.fromkeys(_pieces(form))
    return tuple(crc32(text.encode()) for text in (f"{form}/{tag}", *pieces))


def _pieces(form: str) -> Iterator[str]:
    yield from form
    marked = f"<{form}>"
    yield from (marked[at : at + 2] for at in range(len(marked) - 1))
    letters = "".join(map(_letters, form))
    yield from (f"+{letters[at : at + 3]}" for at in range(len(letters) - 2))


def _letters(syllable: str) -> str:
    """A syllable as its first sound, vowel and last sound; anything else as it stands."""
    place = ord(syllable) - SYLLABLES.start
    if ord(syllable) not in SYLLABLES:
        return syllable
    first, rest = divmod(place, VOWELS * FINALS)
    vowel, final = divmod(rest, FINALS)
    letters = chr(0x1100 + first) + chr(0x1161 + vowel)
    return letters + chr(0x11A7 + final) if final else letters
