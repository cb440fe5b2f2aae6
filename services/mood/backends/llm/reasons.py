"""The one thing of a model's own words that reaches the listener: a short reason, made harmless."""

import re

from services.mood.backends.llm.answers import Answer
from services.mood.backends.llm.soundness import CLAIMED, citations, folded
from services.mood.cleaning import cleaned
from services.mood.domain import Bilingual
from services.mood.language import has_hangul
from vts.moods import moods

MOST_CHARACTERS = 200

_LINK = re.compile(
    r"\S*://\S*|\bwww\.\S*|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}\b(?:/\S*)?", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>?|&#?\w{1,32};")
_MARKUP = re.compile(r"[<>\[\]{}`*_#|\\~^=$]+")
_NUMBER = re.compile(r"\+?\d[\d\s().-]{6,}\d")


def reason(answer: Answer, text: str) -> Bilingual:
    """Why a text was read so, in both languages, each at most 200 characters.

    An agent's own sentence where, once stripped of links, markup and long numbers, it still cites
    the text and is in its language; else a sentence of ours around what it cited.
    """
    found = [harmless(quote) for quote in citations(answer, text)]
    quotes = [quote for quote in found if quote]
    english, korean = harmless(answer.reason_en), harmless(answer.reason_ko)
    if not (_cites(english, quotes) and _is_english(english, quotes)):
        english = _english(answer, quotes)
    if not (_cites(korean, quotes) and _is_korean(korean, quotes)):
        korean = _korean(answer, quotes)
    return Bilingual(english, korean)


def harmless(sentence: str) -> str:
    """Without anything that a page might act on, or that sends somebody somewhere."""
    for pattern in (_TAG, _LINK, _NUMBER, _MARKUP):
        sentence = pattern.sub(" ", sentence)
    whole = cleaned(sentence)
    return whole if len(whole) <= MOST_CHARACTERS else whole[: MOST_CHARACTERS - 1] + "…"


def _cites(sentence: str, quotes: list[str]) -> bool:
    return any(folded(quote) in folded(sentence) for quote in quotes)


def _own(sentence: str, quotes: list[str]) -> str:
    """What an agent says itself: its sentence without what it cites."""
    for quote in quotes:
        sentence = sentence.replace(quote, " ")
    return sentence


def _is_english(sentence: str, quotes: list[str]) -> bool:
    own = _own(sentence, quotes)
    return not has_hangul(own) and any(each.isascii() and each.isalpha() for each in own)


def _is_korean(sentence: str, quotes: list[str]) -> bool:
    return has_hangul(_own(sentence, quotes))


def _english(answer: Answer, quotes: list[str]) -> str:
    names = ", ".join(mood.id for mood in moods() if answer.score(mood.id) >= CLAIMED)
    said = ", ".join(f"“{quote}”" for quote in quotes[:1]) or "What was said"
    return f"{said} sounds {names}." if names else f"{said} tells of no feeling in particular."


def _korean(answer: Answer, quotes: list[str]) -> str:
    names = ", ".join(mood.korean for mood in moods() if answer.score(mood.id) >= CLAIMED)
    said = ", ".join(f"“{quote}”" for quote in quotes[:1]) or "하신 말씀"
    return f"{said}: {names} 느낌입니다." if names else f"{said}: 뚜렷한 감정이 드러나지 않습니다."
