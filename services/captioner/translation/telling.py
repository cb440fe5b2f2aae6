"""Whole clauses in Korean, with the clauses that their nouns hold."""

from dataclasses import replace

from services.captioner import korean
from services.captioner.translation.glossary import Entry, Glossary
from services.captioner.translation.naming import Untranslatable, named, object_named
from services.captioner.translation.ordering import Order, Told, is_still, parted
from services.captioner.translation.phrases import Clause, Doing, Noun, Nouns, Place
from services.captioner.translation.placing import describing, placed, standing
from services.captioner.translation.verbs import WATERS, chosen

_UPWARDS = ("jump", "leap", "throw", "toss", "hop")
_PUTTING = ("put", "place", "set", "lay", "write", "draw", "paint", "hang")
_POSES = ("sit", "sit down", "stand", "lie", "lay", "kneel", "crouch", "squat", "sleep")

_SEATED = ("앉아", "누워", "매달려")


class Teller:
    """Tells clauses by a glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def sentence(self, clause: Clause) -> str:
        """A whole sentence, without its full stop.

        Raises:
            Untranslatable: There is no confident Korean for a part of it.
        """
        before = ""
        if clause.meanwhile is not None:
            before = f"{self._meanwhile(clause.meanwhile)} "
        if clause.besides is not None:
            first = self._finite(clause, goes_on=True)
            return f"{before}{first} {self.sentence(clause.besides)}"
        return before + self._finite(clause)

    def _finite(self, clause: Clause, *, goes_on: bool = False) -> str:
        """A clause that ends the sentence or, where it `goes_on`, that another follows."""
        told = self._shown(clause)
        verb = korean.and_being(told.verb) if goes_on else korean.polite(told.verb)
        return " ".join([*told.first, *told.then, verb])

    def _shown(self, clause: Clause) -> Told:
        """The clause with who it is about among the words before the verb."""
        who = object_named(self._settled(clause.subject))
        doing = clause.doing
        if doing is None:
            return Told("보이다", then=[korean.subject(who)])
        if _tells_what_is_there(clause.subject, doing):
            there = object_named(self._settled(doing.places[0].nouns))
            where = named(self._settled(clause.subject))
            return Told("있다", then=[f"{where}에", korean.subject(there)])
        told = self._told(doing, clause.subject.last.entry)
        verb = told.verb if doing.verb or doing.places or doing.state else "보이다"
        return Told(verb, [*told.first, korean.subject(who)], told.then)

    def _meanwhile(self, clause: Clause) -> str:
        if clause.doing is None:
            raise Untranslatable("while")
        told = self._told(clause.doing, clause.subject.last.entry)
        who = korean.subject(object_named(self._settled(clause.subject)))
        return " ".join([*told.first, who, *told.then, korean.that_does(told.verb), "동안"])

    def _settled(self, nouns: Nouns) -> Nouns:
        """The same nouns with all that describes them told in Korean."""
        return Nouns(tuple(self._settled_one(noun) for noun in nouns.nouns))

    def _settled_one(self, noun: Noun) -> Noun:
        told = "".join(f"{self._described(place, noun)} " for place in noun.with_)
        if noun.that is not None:
            told = f"{self._that(noun.that, noun.entry)} {told}"
        of = self._settled(noun.of) if noun.of else None
        owner = self._settled(noun.owner) if noun.owner else None
        return replace(noun, with_=(), that=None, told=told, of=of, owner=owner)

    def _described(self, place: Place, noun: Noun) -> str:
        there = self._at(place)
        dressed = place.nouns.last.entry.kind in ("wear", "color")
        if place.preposition == "with" or (place.preposition == "in" and dressed):
            return describing(there, noun)
        return standing(placed(there, self._glossary, still=True))

    def _that(self, doing: Doing, who: Entry) -> str:
        """What a noun does, before it; of what is worn or held, the result: `입은`, `든`."""
        told = self._told(doing, who)
        result = korean.resulting(told.verb)
        return told.ending(korean.that_did(result) if result else korean.that_does(told.verb))

    def _at(self, place: Place) -> Place:
        then = self._at(place.then) if place.then else None
        return replace(place, nouns=self._settled(place.nouns), then=then)

    def _settled_doing(self, doing: Doing) -> Doing:
        nouns = self._settled(doing.object) if doing.object else None
        places = tuple(self._at(place) for place in doing.places)
        return replace(doing, object=nouns, places=places)

    def _told(self, doing: Doing, who: Entry) -> Told:
        told = self._one(_afloat(self._settled_doing(doing), who), who)
        if doing.purpose is not None:
            aim = self._told(doing.purpose, who)
            told = replace(told, then=[aim.ending(korean.in_order_to(aim.verb)), *told.then])
        if doing.also is None:
            return told
        other = self._told(doing.also, who)
        verb = korean.while_doing(told.verb)
        then = [*told.then, verb, *other.first, *other.then]
        return Told(other.verb, told.first, then)

    def _one(self, doing: Doing, who: Entry) -> Told:
        verb = chosen(doing, who, self._glossary)
        still, posed = is_still(verb.korean), doing.verb in _POSES
        order = Order(still=still)
        for place in verb.places:
            said = placed(place, self._glossary, still=still, posed=posed)
            if said.slot == "loc" and _is_put(doing, place):
                order.add_held(said.text)
            else:
                order.add(said.slot, said.text)
        for adverb in verb.adverbs:
            slot = adverb.features.get("slot", "way")
            order.add("aloft" if slot == "air" and doing.verb in _UPWARDS else slot, adverb.korean)
        object_words, last = parted(verb.korean)
        sits = still and (doing.verb not in ("", "stand") or last.startswith(_SEATED))
        return Told(last, *order.told(object_words, late_place=sits))


def _tells_what_is_there(subject: Nouns, doing: Doing) -> bool:
    """Whether a thing or a place is said to have something in it: `a park with a pond`."""
    if doing.verb or doing.state or len(doing.places) != 1 or doing.adverbs:
        return False
    place = doing.places[0]
    return place.preposition == "with" and place.then is None and not _is_alive(subject)


def _is_alive(nouns: Nouns) -> bool:
    return nouns.last.entry.is_person or nouns.last.entry.kind == "animal"


def _afloat(doing: Doing, who: Entry) -> Doing:
    """The same on the water, not in it, where a boat or a board is about."""
    things = [place.nouns.last.entry for place in doing.places]
    things += [doing.object.last.entry] if doing.object else []
    if all(entry.kind != "ride" for entry in (who, *things)):
        return doing
    places = tuple(
        replace(place, preposition="on")
        if place.preposition == "in" and place.nouns.last.entry.word in WATERS
        else place
        for place in doing.places
    )
    return replace(doing, places=places)


def _is_put(doing: Doing, place: Place) -> bool:
    """Whether a place is where something is put or held, rather than where all happens."""
    if doing.verb in _PUTTING:
        return place.preposition in ("in", "on", "inside", "on top of")
    return doing.object is not None and place.nouns.last.entry.kind == "body"
