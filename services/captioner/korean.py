"""The little Korean grammar a caption needs: particles, counters, colour words."""

from collections.abc import Mapping

from vts.korean import RIEUL, Particle, final_of, with_particle

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


def subject(word: str) -> str:
    """The word as the subject of a sentence: 개가, 말이."""
    return with_particle(word, "이/가")


def together(first: str, second: str) -> str:
    """Two words joined by "and": 남자와 개, 말과 개."""
    return f"{with_particle(first, '과/와')} {second}"


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


_CHANGING = {
    "걷": "걸",
    "듣": "들",
    "싣": "실",
    "짓": "지으",
    "젓": "저으",
    "붓": "부으",
    "굽": "구우",
    "눕": "누우",
    "돕": "도우",
    "줍": "주우",
}
"""Last syllables of stems that change before a vowel."""

_HELD = frozenset({"들다", "안다", "타다", "물다", "메다"})
_WORN = _HELD | {"입다", "쓰다", "신다", "매다", "끼다", "두르다", "하다", "차다", "달다", "기르다"}

_UNDERGONE = (("되어 있다", "된"), ("여 있다", "인"), ("차 있다", "찬"))
"""States that something was brought into, and how they stand before its noun."""

_FINAL_N = 4
_PARTICLES: Mapping[str, Particle] = {
    "를": "을/를",
    "가": "이/가",
    "와": "과/와",
    "는": "은/는",
    "로": "으로/로",
}


def marked(word: str, particle: str) -> str:
    """The word with a particle, given as after a vowel: `공`, `를` becomes `공을`.

    A particle that begins otherwise (`에서`, ` 위로`) is only joined.
    """
    first, rest = particle[:1], particle[1:]
    if first not in _PARTICLES or (rest and not rest.startswith(" ")):
        return word + particle
    return with_particle(word, _PARTICLES[first]) + rest


def polite(verb: str) -> str:
    """What is going on, from a dictionary form: `달리다` becomes `달리고 있습니다`."""
    stem = verb.removesuffix("다")
    if verb.endswith("보이다"):
        return f"{stem[:-1]}입니다"
    return f"{stem}습니다" if is_state(verb) else f"{stem}고 있습니다"


def and_being(verb: str) -> str:
    """What is going on, before another clause: `달리다` becomes `달리고 있고`."""
    stem = verb.removesuffix("다")
    return f"{stem}고" if is_state(verb) or verb.endswith("보이다") else f"{stem}고 있고"


def is_state(verb: str) -> bool:
    """Whether a dictionary form tells a state, such as `앉아 있다`."""
    return verb.endswith("있다")


def resulting(verb: str) -> str | None:
    """The verb whose result lasts, of holding and of wearing: `쓰다` of `모자를 쓰고 있다`."""
    wearing = f"{verb.removesuffix('고 있다')}다"
    if wearing.split(" ")[-1] in _WORN and verb.endswith("고 있다"):
        return wearing
    return verb if verb.split(" ")[-1] in _HELD else None


def while_doing(verb: str) -> str:
    """A verb that goes along with another: `웃다` becomes `웃으며`, `앉아 있다` `앉아`."""
    if verb.endswith("서 있다"):
        return f"{verb.removesuffix(' 있다')}서"
    if verb.endswith(" 있다"):
        return verb.removesuffix(" 있다")
    if resulting(verb):
        return and_doing(verb)
    return _before_vowel(verb, "며", keeps_l=True)


def and_doing(verb: str) -> str:
    """A verb that another follows: `들다` becomes `들고`."""
    return f"{verb.removesuffix('다')}고"


def in_order_to(verb: str) -> str:
    """A purpose: `잡다` becomes `잡으려고`."""
    return _before_vowel(verb, "려고", keeps_l=True)


def that_does(verb: str) -> str:
    """A verb before the noun that does it: `달리다` becomes `달리는`, `덮여 있다` `덮인`."""
    for ending, before in _UNDERGONE:
        if verb.endswith(ending):
            return verb.removesuffix(ending) + before
    stem = verb.removesuffix("다")
    if final_of(stem[-1]) == RIEUL:
        stem = stem[:-1] + chr(ord(stem[-1]) - RIEUL)
    return f"{stem}는"


def that_did(verb: str) -> str:
    """A verb whose result stays, before its noun: `입다` becomes `입은`, `쓰다` `쓴`."""
    stem = _softened(verb.removesuffix("다"))
    last = stem[-1]
    if final_of(last) in (0, RIEUL):
        return stem[:-1] + chr(ord(last) - final_of(last) + _FINAL_N)
    return f"{stem}은"


def _softened(stem: str) -> str:
    return stem[:-1] + _CHANGING.get(stem[-1], stem[-1])


def _before_vowel(verb: str, ending: str, *, keeps_l: bool) -> str:
    stem = verb.removesuffix("다")
    soft = _softened(stem)
    changed = soft != stem and final_of(soft[-1]) == RIEUL
    bare = final_of(soft[-1]) == 0 or (keeps_l and final_of(soft[-1]) == RIEUL and not changed)
    return f"{soft}{ending}" if bare else f"{soft}으{ending}"
