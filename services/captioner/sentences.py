"""Writes captions: plain sentences in English and Korean, made only of sure words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.captioner import korean
from services.captioner.choosing import SOMEONE, VEHICLES, Parts, chosen
from services.captioner.domain import Caption, Color, Light, Sentence, Tag
from services.captioner.lexicon import Place, lexicon

MAX_ALTERNATIVES = 3
"""Most sentences beside the best."""

_BRIGHT, _DIM, _COLORLESS, _PLAIN = 0.68, 0.22, 0.015, 0.1
_COLORFUL, _WARM, _COOL = 0.25, 0.6, -0.4

_SURE_SKY = 0.7

_SKIES = (
    ("night", Sentence("at night", "밤 풍경 속")),
    ("sunset", Sentence("at sunset", "노을 아래")),
    ("rain", Sentence("in the rain", "빗속")),
    ("cloudy sky", Sentence("under a cloudy sky", "흐린 하늘 아래")),
    ("sunshine", Sentence("in sunshine", "햇살 아래")),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """How it is lit, in both languages, and how sure that is; empty when unremarkable."""

    sentence: Sentence
    confidence: float


def composed(tags: Sequence[Tag], light: Light, colors: Sequence[Color]) -> list[Caption]:
    """The caption, followed by at most three others that say less; there is always one."""
    scores = {tag.name: tag.score for tag in tags}
    parts = chosen(scores, lexicon())
    remark = _remark(scores, light, parts.place)
    captions = [_caption(some, remark, some.confidence(scores)) for some in _versions(parts)]
    captions.append(_colors_only(colors))
    distinct = {caption.sentence.en: caption for caption in reversed(captions)}
    return list(reversed(distinct.values()))[: MAX_ALTERNATIVES + 1]


def _versions(parts: Parts) -> Iterator[Parts]:
    """The whole, then ever less of it, down to the place alone."""
    versions = (
        parts,
        replace(parts, thing=None, companion=None),
        replace(parts, action=None, thing=None, companion=None, count=""),
        Parts(place=parts.place),
    )
    return (version for version in versions if version.subject or version.tags())


def _remark(scores: Mapping[str, float], light: Light, place: Place | None) -> Remark | None:
    for tag, sentence in _SKIES:
        repeats = place is not None and place.tag in tag
        if not repeats and scores.get(tag, 0.0) >= _SURE_SKY:
            return Remark(sentence, scores[tag])
    if light.colorfulness < _COLORLESS and light.contrast > _PLAIN:
        return Remark(Sentence("shown in black and white", "흑백 화면 속"), 1.0)
    if light.brightness > _BRIGHT:
        return Remark(Sentence("in bright light", "환한 빛 속"), 1.0)
    if light.brightness < _DIM:
        return Remark(Sentence("in dim light", "어둑한 빛 속"), 1.0)
    if light.colorfulness > _COLORFUL and light.warmth > _WARM:
        return Remark(Sentence("shown in warm colours", "따뜻한 색감의 화면 속"), 1.0)
    if light.colorfulness > _COLORFUL and light.warmth < _COOL:
        return Remark(Sentence("shown in cool colours", "차가운 색감의 화면 속"), 1.0)
    return None


def _caption(parts: Parts, remark: Remark | None, confidence: float) -> Caption:
    english, hangul = _english(parts), _korean(parts)
    if remark is not None:
        joint = ", " if remark.sentence.en.startswith("shown") else " "
        english = f"{english}{joint}{remark.sentence.en}"
        hangul = f"{remark.sentence.ko}{_korean_joint(parts)} {hangul}"
        confidence *= remark.confidence
    return Caption(Sentence(f"{english[0].upper()}{english[1:]}.", f"{hangul}."), confidence)


def _english(parts: Parts) -> str:
    action, thing, place = parts.action, parts.thing, parts.place
    said = [_actors(parts)] if parts.subject else []
    if action:
        said.append(action.plain if _plural(parts) else action.s)
    if thing:
        bare = not parts.subject or (action and action.tag == "ride" and thing.tag in VEHICLES)
        said.append(thing.one if bare else thing.with_)
    if place:
        said.append(place.where if said else place.one)
    return " ".join(said)


def _actors(parts: Parts) -> str:
    assert parts.subject is not None  # noqa: S101 - `_english` looked
    if parts.count:
        return f"{parts.count} {parts.subject.many}"
    if parts.companion:
        first, second = sorted((parts.subject, parts.companion), key=lambda s: s.kind == "animal")
        return f"{first.one} and {second.one}"
    return parts.subject.one


def _plural(parts: Parts) -> bool:
    many = parts.subject is not None and parts.subject.tag in ("", "people")
    several = many and parts.subject is not SOMEONE
    return several or bool(parts.count) or parts.companion is not None


def _korean(parts: Parts) -> str:
    place, thing = parts.place, parts.thing
    if not parts.subject:
        seen = thing.ko if thing else place.ko if place else ""
        where = f"{place.ko_where}에 " if thing and place else ""
        return f"{where}{korean.subject(seen)} 보입니다"
    said = [korean.subject(_korean_actors(parts))]
    if parts.action:
        said = [f"{place.ko_where}에서", *said] if place else said
        said += [thing.ko_with] if thing else []
        said.append(parts.action.ko_does)
    elif thing and korean.is_where(korean.still(thing.ko_with)):
        said = [korean.still(thing.ko_with), *said, "있습니다"]
        said = [place.ko_where, *said] if place else said
    elif thing:
        said = [f"{place.ko_where}에서", *said] if place else said
        said.append(korean.being(thing.ko_with))
    elif place:
        said = [f"{place.ko_where}에", *said, "있습니다"]
    else:
        said.append("보입니다")
    return " ".join(said)


def _korean_joint(parts: Parts) -> str:
    """What joins a remark to the sentence: a comma where a place follows, else a particle."""
    if parts.subject is None:
        return "에"
    held = korean.still(parts.thing.ko_with) if parts.thing else ""
    if parts.place or korean.is_where(held):
        return ","
    return "에서" if parts.action or parts.thing else "에"


def _korean_actors(parts: Parts) -> str:
    assert parts.subject is not None  # noqa: S101 - `_korean` looked
    if parts.count:
        counter = korean.COUNTERS[parts.subject.kind]
        return f"{parts.subject.ko} {korean.NUMBERS[parts.count]} {counter}"
    if parts.companion:
        first, second = sorted((parts.subject, parts.companion), key=lambda s: s.kind == "animal")
        return korean.together(first.ko, second.ko)
    return parts.subject.ko


def _colors_only(colors: Sequence[Color]) -> Caption:
    """What can always be said: its colours."""
    names = [color.name for color in colors[:2]]
    english = f"Mostly {' and '.join(names)}."
    named = [korean.color(name) for name in names]
    hangul = korean.together(*named) if len(named) == 2 else named[0]
    share = sum(color.share for color in colors[:2])
    return Caption(
        Sentence(english, f"{korean.subject(hangul)} 대부분인 화면입니다."), min(1.0, share)
    )
