"""Korean particles, which depend on how the word before them ends."""

import re
from typing import Literal

Particle = Literal["은/는", "이/가", "을/를", "과/와", "으로/로"]
"""Both forms: after a final consonant, and after a vowel."""

_FIRST, _LAST = 0xAC00, 0xD7A3
_FINALS = 28
RIEUL = 8
"""The final consonant ㄹ, after which some endings are as after a vowel."""
_DIGITS_WITH_FINAL = "013678"
_DIGITS_WITH_RIEUL = "178"
# How Korean readers end foreign words: 비치 for "beach" and 나이트 for "night" have no final
# consonant; 록 for "rock", 팝 for "pop" and 선셋 for "sunset" do.
_LATIN_WITH_FINAL = re.compile(r"([lmn]|ng|ck|[aeiouy][bckpq]|(?<![aeiouy])[aeiouy]t)$")


def with_particle(word: str, particle: Particle) -> str:
    """The word followed by the form of the particle that it calls for.

    Closing quotes and brackets are looked through. A word that ends in neither Hangul, a digit
    nor a Latin letter takes the form after a vowel.
    """
    after_consonant, _, after_vowel = particle.partition("/")
    final = final_of(word)
    if particle == "으로/로" and final == RIEUL:
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)


def final_of(word: str) -> int:
    """The final consonant of the last syllable as Unicode counts them, 1 to 27; 0 without one."""
    spoken = word.rstrip(" \t\"'”’»」』)]}.,!?…")
    if not spoken:
        return 0
    last = spoken[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    if last in _DIGITS_WITH_RIEUL:
        return RIEUL
    if last in _DIGITS_WITH_FINAL:
        return 1
    return _latin_final(spoken.lower())


def _latin_final(word: str) -> int:
    if word.endswith("l"):
        return RIEUL
    return int(_LATIN_WITH_FINAL.search(word) is not None)
