"""The little Korean grammar a caption needs: particles, counters, colour words."""

_COLORS = {
    "black": "검정",
    "grey": "회색",
    "white": "하양",
    "pink": "분홍",
    "red": "빨강",
    "orange": "주황",
    "yellow": "노랑",
    "green": "초록",
    "teal": "청록",
    "blue": "파랑",
    "purple": "보라",
    "brown": "갈색",
    "beige": "베이지",
}
_SHADES = {"dark": "짙은 ", "light": "옅은 "}

_STILL = (("경기에서", "경기를 하고"), ("에서", "에"), ("위로", "위에"))
"""How a phrase of doing ends, and how the same phrase of being does; the longer ending first."""

COUNTERS = {"person": "명", "animal": "마리"}
"""The counter of each kind of subject."""

NUMBERS = {"two": "두", "three": "세"}
"""Numbers as they stand before a counter."""


def has_final(word: str) -> bool:
    """Whether the last syllable of a Korean word ends in a consonant."""
    code = ord(word[-1]) - 0xAC00
    return 0 <= code < 11172 and code % 28 != 0


def subject(word: str) -> str:
    """The word as the subject of a sentence: 개가, 말이."""
    return word + ("이" if has_final(word) else "가")


def together(first: str, second: str) -> str:
    """Two words joined by "and": 남자와 개, 말과 개."""
    return f"{first}{'과' if has_final(first) else '와'} {second}"


def color(name: str) -> str:
    """The Korean name of a plain English colour name such as `dark blue`."""
    shade, _, base = name.rpartition(" ")
    return _SHADES.get(shade, "") + _COLORS.get(base, base)


def being(phrase: str) -> str:
    """Turns how something is done (`공을 가지고`, `탁자 앞에서`) into how it is: `… 있다`."""
    for ending, still in _STILL:
        if phrase.endswith(ending):
            return phrase.removesuffix(ending) + still + " 있다"
    return phrase + " 있다"
