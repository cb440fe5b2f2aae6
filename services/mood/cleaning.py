"""What of a text can be seen: the same words however they were typed, without what hides in them.

Characters are composed (Unicode NFC: a Mac sends Korean in single jamo), letters in fancy dress
become plain ones, and what nobody can see is left out: control characters, marks of direction,
zero-width joints, fillers. Heaps of accents are cut down, and endless runs of one letter too.
"""

import re
import unicodedata
from collections.abc import Iterator

MOST_MARKS = 3
"""Accents kept on one letter of a script that piles them up, as pointed Hebrew or Thai does."""
LONGEST_RUN = 8
"""Longest run of one character, other than a digit: the ninth says no more than the eighth."""
LONGEST_WORD = 40
"""Letters of the longest word that may be one, in English or Korean without spaces."""

_ORDINARY = re.compile("[ -~\u00c0-\u00ff\u2018-\u201d\u2026\u3131-\u3163\uac00-\ud7a3]*")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f"
    "\uffa0\ufff0-\ufff8\ufffe\uffff\U000e0000-\U000e0fff]"
)
_DRESSED = re.compile("[\uff01-\uff5e\uffa1-\uffdc\u2100-\u214f\U0001d400-\U0001d7ff]")
_RUN = re.compile(rf"([^\d\s])\1{{{LONGEST_RUN},}}")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_HANGUL_WORD = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+")
_DRAWN_OUT = re.compile(r"(\w)\1{3,}", re.IGNORECASE)


def cleaned(text: str) -> str:
    """The text as it can be seen, on one line, without space around it; "" if nothing can be.

    Takes any string, lone surrogates too; the answer is at most three times as long.
    """
    if not _ORDINARY.fullmatch(text):  # which most texts are, and then there is little to do
        plain = _DRESSED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = "".join(_bare(unicodedata.normalize("NFC", "".join(_seen(plain)))))
    spaced = " ".join(text.split())
    return _RUN.sub(lambda run: run[1] * LONGEST_RUN, spaced)


def readable_share(text: str) -> float:
    """The share of a text's letters that stand in words which may be English or Korean, in [0, 1].

    1 where there are no letters. A word of another script, of more than 40 letters, or of one
    Latin letter over and over, cannot be read, whatever language the text is said to be in.
    """
    total = readable = 0
    for word in _WORD.findall(text):
        total += len(word)
        readable += sum(len(part) for part in _parts(word))
    return readable / total if total else 1.0


def _seen(text: str) -> Iterator[str]:
    for character in text:
        category = unicodedata.category(character)
        if category == "Cc" or category.startswith("Z"):
            yield " "
        elif category not in ("Cf", "Cs") and not _UNSEEN.match(character):
            yield character


def _bare(text: str) -> Iterator[str]:
    """Leaves out accents beyond those that a script uses.

    In Latin, all that NFC could not join with its letter are noise, and then the joined one is
    too: "s\u0336a\u0336d\u0336" is "sad" struck through.
    """
    letter, marks = "", 0
    for character in text:
        if unicodedata.category(character) not in ("Mn", "Me"):
            yield letter
            letter, marks = character, 0
            continue
        marks += 1
        base = unicodedata.normalize("NFD", letter)[:1]
        if base.isascii():
            letter = base
        elif marks <= MOST_MARKS:
            letter += character
    yield letter


def _parts(word: str) -> list[str]:
    if len(word) > LONGEST_WORD:
        return []
    latin = [part for part in _LATIN_WORD.findall(word) if not _DRAWN_OUT.fullmatch(part)]
    return latin + _HANGUL_WORD.findall(word)
