"""Text as tags and file names hold it, made fit to be shown: encodings, split letters, noise."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

_NOISE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd\ufeff\u200b]+")
_SYLLABLES = range(0xAC00, 0xD7A4)
_LEADS = range(0xB0, 0xC9)
"""First bytes of the 2,350 usual Hangul syllables (KS X 1001, rows 16 to 40)."""

_USUAL_SHARE = 0.8


def clean(text: str, longest: int) -> str:
    """One line of at most `longest` characters, composed (NFC), in the encoding it was meant in.

    Text of macOS comes with Hangul taken apart (NFD); control characters become spaces.
    """
    composed = unicodedata.normalize("NFC", repaired(text))
    return " ".join(_NOISE.sub(" ", composed).split())[:longest].rstrip()


def repaired(text: str) -> str:
    """Text that was read as Latin-1 but clearly is UTF-8 or Korean (CP949), as it was meant.

    ID3v1, and ID3v2 as old Korean programs wrote it, hold CP949 where Latin-1 is announced. Only
    text whose bytes beyond ASCII are all pairs, and nearly all usual Hangul, is taken for that:
    what any Western language puts beside each other does not look so.
    """
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    if data.isascii():
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _korean(data) or text


def name_of(path: Path) -> str:
    """The last part of a path as text, whatever encoding the file's name is in."""
    data = os.fsencode(path.name)
    for encoding in ("utf-8", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def shown(path: Path) -> str:
    """A path as text that every terminal and file takes."""
    return os.fsencode(path).decode("utf-8", "replace")


def _korean(data: bytes) -> str | None:
    """The bytes read as CP949, or None where that is not clearly what they are."""
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    pairs = [each.encode("cp949") for each in text if not each.isascii()]
    usual = sum(
        1 for pair in pairs if len(pair) == 2 and pair[0] in _LEADS and pair[1] in range(0xA1, 0xFF)
    )
    hangul = sum(1 for each in text if ord(each) in _SYLLABLES)
    if hangul >= 2:
        return text if usual >= _USUAL_SHARE * len(pairs) else None
    # A single syllable could be two accented letters; not where the first is a sign such as ±.
    alone = hangul == usual == len(text) == 1 and data[0] < 0xC0
    return text if alone else None
