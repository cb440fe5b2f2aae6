"""Tells English from Korean from everything else, by script and by small words."""

import json
import re
from functools import cache
from importlib import resources

from services.mood.domain import Language
from services.mood.english import find, terms

HANGUL_SHARE = 0.3
"""From this share of Hangul letters a mixed text counts as Korean."""

_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
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
    words = [word.lower() for word in _WORD.findall(text)]
    english = _words("en")
    ours = sum(word in english for word in words)
    ours += sum(any(find((key,)) for key in term.keys) for term in terms(text) if term.content)
    theirs = sum(word in _words("other") for word in words) + len(_ACCENTED.findall(text))
    return ours >= theirs


@cache
def _words(name: str) -> frozenset[str]:
    path = resources.files(__package__).joinpath("data", "languages.json")
    return frozenset(json.loads(path.read_text(encoding="utf-8"))[name])
