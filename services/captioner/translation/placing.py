"""Prepositions in Korean: where, whither, with what, as each kind of noun takes them."""

from dataclasses import dataclass, replace

from services.captioner import korean
from services.captioner.translation.glossary import Glossary
from services.captioner.translation.naming import Untranslatable, name, named, object_named, wearing
from services.captioner.translation.phrases import Noun, Nouns, Place


@dataclass(frozen=True, slots=True)
class Said:
    """A place in Korean, and its slot: `loc` wants a particle, all others are whole.

    The slots are `loc`, `way` (how, with what), `path`, `goal` and `time`.
    """

    slot: str
    text: str


_SLOPES = ("hill", "slope", "ramp", "mountain", "slide", "stairs", "steps", "cliff", "staircase")
_MOUNTS = ("horse", "pony", "donkey", "mule", "camel", "elephant", "bull", "ostrich")
_ALIVE = ("person", "child", "animal")


def filled(template: str, nouns: str) -> str:
    """A pattern with its noun in place of `~`, its particle agreeing."""
    if "~" not in template:
        return template
    before, _, after = template.partition("~")
    return before + korean.marked(nouns, after) if after else before + nouns


def placed(place: Place, glossary: Glossary, *, still: bool, posed: bool = False) -> Said:
    """A preposition with its nouns.

    `still` where nothing moves; `posed` where one sits or stands: on a bike, then, not riding it.
    """
    entry = next(
        s.entry for s in glossary.senses[place.preposition] if s.entry.kind == "preposition"
    )
    slot = entry.features["slot"]
    if slot == "on" and posed and place.nouns.last.entry.kind == "ride":
        return Said("loc", f"{named(place.nouns)} 위")
    if slot in _BY_KIND:
        return _BY_KIND[slot](place)
    if slot in _BY_MOTION:
        return _BY_MOTION[slot](place, still=still)
    if slot == "of":
        raise Untranslatable(place.preposition)
    return Said(slot, filled(entry.korean, named(place.nouns)))


def _in(place: Place) -> Said:
    noun = place.nouns.last
    match noun.entry.kind:
        case "wear" | "color":
            return Said("way", korean.and_doing(wearing(place.nouns)))
        case "ride":
            return Said("way", f"{korean.marked(named(place.nouns), '를')} 타고")
        case "person" | "child":
            return Said("loc", f"{named(place.nouns)} 속")
        case "place" | "part" | "body":
            return Said("loc", _at(place.nouns, "in", ""))
        case "thing" | "boat":
            return Said("loc", _at(place.nouns, "in", " 안"))
        case _:
            raise Untranslatable(noun.entry.word)


def _on(place: Place) -> Said:
    match place.nouns.last.entry.kind:
        case "ride":
            return Said("way", f"{korean.marked(named(place.nouns), '를')} 타고")
        case "animal" if place.nouns.last.entry.word in _MOUNTS:
            mounts = Nouns(tuple(replace(noun, many=False) for noun in place.nouns.nouns))
            return Said("way", f"{korean.marked(named(mounts), '를')} 타고")
        case "person" | "child" | "animal":
            return Said("goal", f"{named(place.nouns)}에게")
        case "boat":
            return Said("loc", f"{named(place.nouns)} 위")
        case "place":
            return Said("loc", _at(place.nouns, "on", ""))
        case "thing" | "food":
            return Said("loc", _at(place.nouns, "on", " 위"))
        case "body" | "part":
            return Said("loc", named(place.nouns))
        case "wear":
            return Said("loc", f"{named(place.nouns)} 위")
        case _:
            raise Untranslatable(place.nouns.last.entry.word)


def _near(place: Place, *, still: bool) -> Said:
    match place.nouns.last.entry.kind:
        case "place" | "part" | "event":
            return Said("loc", _at(place.nouns, "at", ""))
        case "thing" if not still and "at" not in place.nouns.last.entry.features:
            return Said("way", f"{korean.marked(named(place.nouns), '를')} 향해")
        case "thing":
            return Said("loc", _at(place.nouns, "at", " 앞"))
        case "person" | "child" | "animal":
            return Said("goal", f"{named(place.nouns)}에게")
        case _:
            raise Untranslatable(place.nouns.last.entry.word)


def _by(place: Place) -> Said:
    return Said("loc", _at(place.nouns, "by", " 옆"))


def _over(place: Place, *, still: bool) -> Said:
    over = f"{object_named(place.nouns)} 위"
    return Said("loc", over) if still else Said("path", f"{over}로")


def _against(place: Place) -> Said:
    if place.nouns.last.entry.word == "background":
        return Said("way", f"{korean.marked(named(place.nouns), '를')} 뒤로하고")
    return Said("way", f"{named(place.nouns)}에 기대어")


def _down(place: Place) -> Said:
    words = named(place.nouns)
    if place.nouns.last.entry.word.endswith(_SLOPES):
        return Said("goal", f"{words} 아래로")
    return Said("path", f"{korean.marked(words, '를')} 따라")


def _to(place: Place) -> Said:
    words = named(place.nouns)
    if place.nouns.last.entry.kind in _ALIVE:
        return Said("goal", f"{words}에게")
    return Said("goal", korean.marked(words, "로"))


def _from(place: Place) -> Said:
    alive = place.nouns.last.entry.kind in _ALIVE
    return Said("goal", f"{named(place.nouns)}{'에게서' if alive else '에서'}")


def _after(place: Place) -> Said:
    if place.nouns.last.entry.kind not in _ALIVE:
        raise Untranslatable(place.preposition)
    return Said("way", f"{korean.marked(named(place.nouns), '를')} 뒤쫓아")


def _for(place: Place) -> Said:
    if place.nouns.last.entry.kind not in _ALIVE:
        raise Untranslatable(place.preposition)
    return Said("goal", f"{named(place.nouns)}에게")


def _with(place: Place) -> Said:
    return Said("way", held(place))


def held(place: Place) -> str:
    """What one has with oneself: `개와 함께`, `공을 입에 물고`, `모자를 쓰고`."""
    kind = place.nouns.last.entry.kind
    words = object_named(place.nouns)
    if place.then is not None:
        if kind == "body":
            raise Untranslatable(place.nouns.last.entry.word)
        return _held_in(words, place.then)
    if place.how:
        return f"{korean.marked(words, '를')} {place.how}"
    if kind == "wear":
        return korean.and_doing(wearing(place.nouns))
    if kind in _ALIVE:
        return f"{korean.marked(words, '와')} 함께"
    if kind in ("thing", "food"):
        return f"{korean.marked(words, '를')} 가지고"
    if kind == "body":
        return korean.marked(words, "로")
    if kind in ("ride", "boat"):
        return f"{korean.marked(words, '와')} 함께"
    raise Untranslatable(place.nouns.last.entry.word)


def _held_in(words: str, then: Place) -> str:
    """What is in the mouth or the hand, on the back or around the neck, or behind it all."""
    where = then.nouns.last.entry.word
    held_thing = korean.marked(words, "를")
    if where == "background":
        return f"{held_thing} 배경으로"
    if where == "mouth":
        return f"{held_thing} 입에 물고"
    if where in ("hand", "arm"):
        return f"손에 {held_thing} 들고"
    if where in ("back", "shoulder"):
        return f"{name(then.nouns.last)}에 {held_thing} 메고"
    if where in ("neck", "head", "waist", "face"):
        return f"{name(then.nouns.last)}에 {held_thing} 두르고"
    raise Untranslatable(where)


def describing(place: Place, noun: Noun) -> str:
    """A place that tells what a noun looks like, before the noun: `빨간 셔츠를 입은`."""
    entry = place.nouns.last.entry
    words = object_named(place.nouns)
    if place.preposition == "in" or (entry.kind == "wear" and place.then is None):
        return korean.that_did(wearing(place.nouns))
    if place.then is not None and place.then.nouns.last.entry.word == "background":
        return f"{korean.marked(words, '를')} 배경으로 한"
    if place.then is not None and noun.entry.kind not in _ALIVE:
        return f"{placed_at(place.then)}에 {korean.subject(words)} 있는"
    if place.then is not None or place.how:
        return korean.that_did(f"{held(place).removesuffix('고')}다")
    if entry.kind in _ALIVE:
        return f"{korean.marked(words, '와')} 함께 있는"
    if entry.word.endswith("hair"):
        return f"{korean.marked(words, '를')} 한"
    if entry.word in ("beard", "mustache", "moustache"):
        return f"{korean.subject(words)} 난"
    if noun.entry.kind in _ALIVE and entry.kind == "body" and not _is_described(place.nouns.last):
        raise Untranslatable(entry.word)
    if noun.entry.kind in _ALIVE and entry.kind in ("thing", "food"):
        return f"{korean.marked(words, '를')} 든" if noun.entry.is_person else f"{words} 있는"
    if entry.kind in ("thing", "food", "body", "place", "part", "event"):
        return f"{korean.subject(words)} 있는"
    if entry.kind in ("ride", "boat"):
        return f"{korean.marked(words, '와')} 함께 있는"
    raise Untranslatable(entry.word)


def placed_at(place: Place) -> str:
    """Where something is that a place has: `벽` of `a room with graffiti on the wall`."""
    if place.preposition not in ("in", "on"):
        raise Untranslatable(place.preposition)
    said = _BY_KIND[place.preposition](place)
    if said.slot != "loc":
        raise Untranslatable(place.preposition)
    return said.text


def _is_described(noun: Noun) -> bool:
    own = noun.entry.word.split()[-1].rstrip("s") in ("tattoo", "spot", "horn", "wing", "marking")
    return own or bool(noun.adjectives or noun.colors)


def standing(said: Said) -> str:
    """A place that tells which one is meant, before the noun: `벤치에 있는`, `자전거를 탄`."""
    if said.slot == "loc":
        return f"{said.text}에 있는"
    if said.slot == "way" and said.text.endswith("타고"):
        return korean.that_did(f"{said.text.removesuffix('고')}다")
    raise Untranslatable(said.text)


def _at(nouns: Nouns, preposition: str, otherwise: str) -> str:
    """Nouns as a place; the last says how it is said with this preposition."""
    last = nouns.last
    where = last.entry.features.get(preposition)
    if where is None:
        return f"{object_named(nouns) if otherwise else named(nouns)}{otherwise}"
    only = name(last, where)
    if len(nouns.nouns) == 1:
        return only
    return korean.together(named(Nouns(nouns.nouns[:-1])), only)


_BY_KIND = {
    "in": _in,
    "on": _on,
    "by": _by,
    "against": _against,
    "down": _down,
    "to": _to,
    "from": _from,
    "after": _after,
    "for": _for,
    "with": _with,
}
_BY_MOTION = {"at": _near, "over": _over}
