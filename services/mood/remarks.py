"""What captions say of the picture rather than of what it shows: light, colours, the screen.

The captioner puts such remarks ("shown in warm colours", "어둑한 빛 속") around its sentences. They
tell of the mood, but name nothing. Only whole remarks are known: the light of a lamp and a warm
coat are things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.mood.domain import Word

_REMARKS = tuple(
    tuple(remark.split())
    for remark in (
        "shown in warm colours",
        "shown in cool colours",
        "shown in black and white",
        "in bright light",
        "in dim light",
        # Korean as the tagger tells it: dictionary forms, without particles.
        "따뜻 색감 화면 속",
        "차갑다 색감 화면 속",
        "흑백 화면 속",
        "환하다 빛 속",
        "어둑 빛 속",
        "대부분 화면",
    )
)


def unremarked(words: Sequence[Word]) -> tuple[Word, ...]:
    """The same words; those of remarks are no names, so that they become no keywords."""
    places = set(_places([word.text for word in words]))
    return tuple(
        replace(word, names=False) if place in places else word for place, word in enumerate(words)
    )


def _places(texts: Sequence[str]) -> Iterator[int]:
    for first in range(len(texts)):
        for remark in _REMARKS:
            if tuple(texts[first : first + len(remark)]) == remark:
                yield from range(first, first + len(remark))
