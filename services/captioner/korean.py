"""The little Korean grammar a caption needs: particles, counters, colour words."""

_COLORS = {
    "black": "검은색",
    "grey": "회색",
    "white": "흰색",
    "pink": "분홍색",
    "red": "빨간색",
    "orange": "주황색",
    "yellow": "노란색",
    "green": "초록색",
    "teal": "청록색",
    "blue": "파란색",
    "purple": "보라색",
    "brown": "갈색",
    "beige": "베이지색",
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
    """Turns how something is done into how it is: `공을 가지고` into `공을 가지고 있습니다`."""
    return f"{still(phrase)} 있습니다"


def still(phrase: str) -> str:
    """Turns where something is done into where it is: `테이블 앞에서` into `테이블 앞에`."""
    for ending, resting in _STILL:
        if phrase.endswith(ending):
            return phrase.removesuffix(ending) + resting
    return phrase


def is_where(phrase: str) -> bool:
    """Whether a phrase of being tells where: `테이블 앞에`, but not `공을 가지고`."""
    return phrase.endswith("에")
