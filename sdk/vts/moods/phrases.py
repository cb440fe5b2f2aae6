"""Moods in sentences, English and Korean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vts.moods import MOODS, moods

NOUNS: Mapping[str, str] = {
    "amusing": "fun",
    "annoying": "annoyance",
    "tense": "tension",
    "beautiful": "beauty",
    "calm": "calm",
    "dreamy": "dreaminess",
    "energizing": "energy",
    "sensual": "sensuality",
    "defiant": "defiance",
    "joyful": "joy",
    "sad": "sadness",
    "scary": "fear",
    "triumphant": "grandeur",
}
"""What there is more or less of, in English."""

_ADVERBS: Mapping[str, str] = {
    "amusing": "재미있게",
    "annoying": "짜증 나게",
    "tense": "불안하게",
    "beautiful": "아름답게",
    "calm": "차분하게",
    "dreamy": "몽환적으로",
    "energizing": "신나게",
    "sensual": "관능적으로",
    "defiant": "반항적으로",
    "joyful": "즐겁게",
    "sad": "슬프게",
    "scary": "무섭게",
    "triumphant": "웅장하게",
}
_CONNECTIVES: Mapping[str, tuple[str, str]] = {
    "amusing": ("재미있고", "재미있으며"),
    "annoying": ("짜증 나고", "짜증 나며"),
    "tense": ("불안하고", "불안하며"),
    "beautiful": ("아름답고", "아름다우며"),
    "calm": ("차분하고", "차분하며"),
    "dreamy": ("몽환적이고", "몽환적이며"),
    "energizing": ("신나고", "신나며"),
    "sensual": ("관능적이고", "관능적이며"),
    "defiant": ("반항적이고", "반항적이며"),
    "joyful": ("즐겁고", "즐거우며"),
    "sad": ("슬프고", "슬프며"),
    "scary": ("무섭고", "무서우며"),
    "triumphant": ("웅장하고", "웅장하며"),
}
_ADNOMINALS = {mood.id: mood.korean for mood in moods()}


def strongest(scores: Sequence[float], count: int = 2, at_least: float = 0.25) -> tuple[str, ...]:
    """The ids of the strongest moods, strongest first; one that is half as strong is left out."""
    ranked = sorted(zip(scores, MOODS, strict=False), reverse=True)[:count]
    floor = max(at_least, ranked[0][0] / 2) if ranked else 1.0
    return tuple(mood for score, mood in ranked if score >= floor)


def english(ids: Sequence[str]) -> str:
    """Moods as adjectives: "calm and dreamy"; empty if there are none."""
    return " and ".join(ids)


def korean(ids: Sequence[str]) -> str:
    """Moods as adjectives before a noun: "차분하고 몽환적인"; empty if there are none."""
    return " ".join([*(_CONNECTIVES[mood][0] for mood in ids[:-1]), *map(_adnominal, ids[-1:])])


def korean_clause(ids: Sequence[str]) -> str:
    """Moods as a clause that another follows: "차분하고 몽환적이며"; there must be one."""
    return " ".join([*(_CONNECTIVES[mood][0] for mood in ids[:-1]), _CONNECTIVES[ids[-1]][1]])


def korean_adverbs(ids: Sequence[str]) -> str:
    """Moods as the manner of something: "차분하고 몽환적으로"; empty if there are none."""
    adverbs = [_ADVERBS[mood] for mood in ids[-1:]]
    return " ".join([*(_CONNECTIVES[mood][0] for mood in ids[:-1]), *adverbs])


def _adnominal(mood: str) -> str:
    return _ADNOMINALS[mood]
