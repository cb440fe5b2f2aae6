"""Tells English from Korean from everything else, by script and by common words.

Korean written in Latin letters ("neomu seulpeo") counts as neither: how it was spelt would be a
guess. Hanja without Hangul cannot be told from Chinese or Japanese and counts as neither too.
"""

import json
import re
from functools import cache
from importlib import resources

from services.mood.domain import Language
from services.mood.english import find, terms

HANGUL_SHARE = 0.3
"""From this share of Hangul letters a mixed text counts as Korean."""
ENGLISH_SHARE = 0.34
"""From this share of known words a text in Latin letters counts as English."""

_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")
_LATIN = re.compile(r"[A-Za-z]")
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]")
_WORD = re.compile(r"[^\W\d_]+")


def has_hangul(text: str) -> bool:
    """Whether any letter of the text is Korean."""
    return bool(_HANGUL.search(text))


def detect(text: str) -> Language:
    """`ko`, `en`, or `und` where neither can be made out (other languages, emoji, figures)."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return "und"
    if len(_HANGUL.findall(text)) / len(letters) >= HANGUL_SHARE:
        return "ko"
    latin = len(_LATIN.findall(text)) + len(_ACCENTED.findall(text))
    if latin / len(letters) <= 1 - HANGUL_SHARE:
        return "und"
    return "en" if _looks_english(text) else "und"


def _looks_english(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text) if not has_hangul(word)]
    felt = {term.text for term in terms(text) if term.content and any(map(_known, term.keys))}
    ours = sum(word in _words("en") or word in felt for word in words)
    theirs = sum(word in _words("other") or bool(_ACCENTED.search(word)) for word in words)
    return ours >= max(1, theirs, ENGLISH_SHARE * len(words))


def _known(key: str) -> bool:
    return key in _words("en") or find((key,)) is not None


@cache
def _words(name: str) -> frozenset[str]:
    path = resources.files(__package__).joinpath("data", "languages.json")
    return frozenset(json.loads(path.read_text(encoding="utf-8"))[name])
