"""Moments: which captions of a stretch of video say something new."""

import re
from collections.abc import Sequence

from services.captioner.domain import Caption, Moment

_ALIKE = 0.6
"""The share of the content words of two captions that both have, from which they say the same."""

_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from her his in into is it its near of on one or other over "
        "some that the their there this to two up while with "
        # How it is lit is no other subject.
        "bright colours cool dim light shown warm",
    )
)


def merged(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Those that say something of their own, in order of time; of equals the surest."""
    kept: list[Moment] = []
    for moment in sorted(moments, key=lambda moment: -moment.caption.confidence):
        if not any(alike(moment.caption, other.caption) for other in kept):
            kept.append(moment)
    return tuple(sorted(kept, key=lambda moment: moment.at))


def alike(one: Caption, other: Caption) -> bool:
    """Whether two captions say the same."""
    return likeness(one, other) >= _ALIKE


def likeness(one: Caption, other: Caption) -> float:
    """The share, 0 to 1, of the words that mean something in two captions that both have."""
    if one.sentence.en == other.sentence.en:
        return 1.0
    first, second = _content(one), _content(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def detail(caption: Caption) -> float:
    """How much a caption says, from 0 to 1: the more words that mean something, the nearer to 1."""
    words = len(_content(caption))
    return words / (words + 1)


def _content(caption: Caption) -> frozenset[str]:
    words = (word.strip(".,!?'\"").lower() for word in caption.sentence.en.split())
    return frozenset(word for word in words if word and word not in _EMPTY_WORDS)
