"""The Korean verb of an English one, as its object, its place and who does it ask for."""

from dataclasses import dataclass, replace

from services.captioner import korean
from services.captioner.translation.glossary import Entry, Glossary
from services.captioner.translation.naming import Untranslatable, name, named, object_named, wearing
from services.captioner.translation.phrases import Doing, Nouns, Place
from services.captioner.translation.placing import filled, placed

_ALIVE = ("person", "child", "animal")
_HOLDING = ("hold", "carry", "have", "catch", "bring", "retrieve", "get", "fetch")
_MAKING = ("do", "perform", "attempt", "try", "make", "take")
_RESTING = ("sit", "sit down", "lie", "lay", "rest", "perch")
_SPORTING = ("play", "watch", "enjoy", "practice", "do", "perform")
_GUIDING = ("train", "teach", "help", "ask", "tell", "use", "lead", "guide")
WATERS = ("water", "body of water", "ocean", "sea")
"""On which boats are, and in which swimmers."""

_OWN = ("wear", "body")
_MOUTH = ("mouth", "teeth")
_ALONG = {"in": "in", "through": "in", "on": "on"}


@dataclass(frozen=True, slots=True)
class Verb:
    """A Korean verb with its object, in dictionary form, and what of the doing is not yet in it."""

    korean: str
    places: tuple[Place, ...]
    adverbs: tuple[Entry, ...]


def chosen(doing: Doing, who: Entry, glossary: Glossary) -> Verb:
    """The verb, given that what describes the doing's nouns is told already.

    Raises:
        Untranslatable: The glossary has no pattern for it.
    """
    if doing.state is not None:
        return Verb(_state(doing.state, doing.object), doing.places, doing.adverbs)
    if not doing.verb:
        return _being(doing, glossary)
    if doing.object is not None:
        return _done_to(doing, doing.object, glossary)
    if doing.verb in _RESTING and who.kind not in _ALIVE:
        return Verb(_rests(doing, who), doing.places, doing.adverbs)
    return _done_somewhere(doing, glossary)


def _state(state: Entry, nouns: Nouns | None) -> str:
    if nouns is None:
        return state.korean
    if "wear" in state.features:
        return f"{korean.and_doing(wearing(nouns))} 있다"
    return filled(state.korean, object_named(nouns))


def _being(doing: Doing, glossary: Glossary) -> Verb:
    said = [placed(place, glossary, still=True) for place in doing.places]
    if any(one.slot not in ("loc", "way", "time") for one in said):
        raise Untranslatable("being on the way")
    ways = [index for index, one in enumerate(said) if one.slot == "way"]
    if not ways:
        return Verb("있다", doing.places, doing.adverbs)
    rest = tuple(place for index, place in enumerate(doing.places) if index != ways[-1])
    return Verb(f"{said[ways[-1]].text} 있다", rest, doing.adverbs)


def _rests(doing: Doing, who: Entry) -> str:
    """How a thing that is said to sit or lie is somewhere."""
    if who.kind == "ride" and any(p.nouns.last.entry.word in WATERS for p in doing.places):
        return "떠 있다"
    return "서 있다" if who.kind in ("ride", "boat") else "놓여 있다"


def _done_somewhere(doing: Doing, glossary: Glossary) -> Verb:
    for index, place in enumerate(doing.places):
        if place.then is not None or place.how:
            continue
        start = f"{doing.verb} {place.preposition}"
        pattern = _pattern(glossary, start, f"{start} ", place.nouns.last.entry)
        if pattern and "~" not in pattern:
            return Verb(pattern, doing.places, doing.adverbs)
        if pattern:
            rest = (*doing.places[:index], *doing.places[index + 1 :])
            return Verb(filled(pattern, _along(place, pattern)), rest, doing.adverbs)
    verb = glossary.verb(doing.verb)
    if not verb:
        raise Untranslatable(f"{doing.verb} without an object")
    return Verb(verb, doing.places, doing.adverbs)


def _along(place: Place, pattern: str) -> str:
    """The nouns of a pattern, as a place where the preposition makes one of them."""
    if "~ 위" in pattern:
        return named(place.nouns)
    nouns = _balls(place.nouns)
    last = nouns.last
    where = last.entry.features.get(_ALONG.get(place.preposition, ""))
    return name(last, where) if where and len(nouns.nouns) == 1 else named(nouns)


def _done_to(doing: Doing, nouns: Nouns, glossary: Glossary) -> Verb:
    if doing.verb in _GUIDING and doing.purpose is not None:
        raise Untranslatable(f"{doing.verb} to")
    if doing.verb not in _SPORTING:
        nouns = _balls(nouns)
    entry = nouns.last.entry
    marked = korean.marked(object_named(nouns), "를")
    if doing.verb in _HOLDING and _is_in_mouth(doing):
        adverbs = tuple(a for a in doing.adverbs if a.features.get("slot") != "mouth")
        places = tuple(p for p in doing.places if p.nouns.last.entry.word not in _MOUTH)
        return Verb(f"{marked} 입에 물다", places, adverbs)
    if doing.verb in ("wear", "put on") or (doing.verb == "have" and entry.kind in _OWN):
        return Verb(f"{korean.and_doing(wearing(nouns))} 있다", doing.places, doing.adverbs)
    own = _own_verb(doing.verb, entry)
    if own:
        return Verb(f"{marked} {own}", doing.places, doing.adverbs)
    pattern = _pattern(glossary, f"{doing.verb} +", f"{doing.verb} +", entry)
    if not pattern:
        raise Untranslatable(f"{doing.verb} {entry.word}")
    return Verb(filled(pattern, object_named(nouns)), doing.places, doing.adverbs)


def _own_verb(verb: str, entry: Entry) -> str:
    """The verb that a noun has of its own: a trick is not done but `부리다`."""
    if verb in _MAKING and "play" not in entry.features:
        return entry.features.get("do", "하다" if entry.kind == "game" else "")
    return entry.features.get(verb, "") if verb in ("play", "hold") else ""


def _pattern(glossary: Glossary, otherwise: str, start: str, entry: Entry) -> str:
    """The pattern of this very noun, of its kind, or of any."""
    kinds = ("child", "person") if entry.kind == "child" else (entry.kind,)
    keys = (*(f"{start}{own}" for own in (entry.word, *kinds)), otherwise)
    return next((glossary.patterns[key] for key in keys if key in glossary.patterns), "")


def _is_in_mouth(doing: Doing) -> bool:
    by_place = any(place.nouns.last.entry.word in _MOUTH for place in doing.places)
    return by_place or any(a.features.get("slot") == "mouth" for a in doing.adverbs)


def _balls(nouns: Nouns) -> Nouns:
    """The same nouns, with a ball for every game that is named after its ball."""
    return Nouns(
        tuple(
            replace(noun, entry=replace(noun.entry, kind="thing", korean=ball))
            if (ball := noun.entry.features.get("ball"))
            else noun
            for noun in nouns.nouns
        )
    )
