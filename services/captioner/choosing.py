"""Chooses the words of a caption: the surest ones that go together, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeVar

from services.captioner.lexicon import SURE, Action, Lexicon, Place, Subject, Thing

SURE_COMPANION = 0.6
"""The least probability of a second subject or of a number, which are easier to get wrong."""

SOMEONE = Subject("", "a person", "people", "사람", "person")
PEOPLE = Subject("", "people", "people", "사람들", "people")
"""Who is there when people surely are, but no single word for them is sure."""

LIKELY_PEOPLE = 1.2
"""From this sum over all words for people on, people are said to be there.

The tags learned from Flickr8k, where four photos of five show people. Elsewhere they see people too
easily: at a sum of 0.6, right for 95 % of Flickr8k dev, only 47 % of the OASIS photos are filed
under "Person"; at 1.2 it is 70 %, and many of the rest are scenery with people in it.
"""

PEOPLE_RIGHT = 0.7
"""How often that is right outside Flickr8k: 93 of 126 photos of OASIS, on which it was chosen."""

VEHICLES = frozenset({"bike", "motorcycle", "skateboard", "snowboard"})
"""The things that can be ridden."""

_UNSURE_OTHER = 0.3

_TWO_PEOPLE = (
    frozenset({"man", "woman"}),
    frozenset({"boy", "girl"}),
    *(frozenset({adult, young}) for adult in ("man", "woman") for young in ("boy", "girl", "baby")),
)
"""Pairs of words that are surely two people, where boy and child may well be one."""

W = TypeVar("W", Subject, Action, Thing, Place)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a sentence is made of; every part that is unsure is left out.

    `count` is "", `two` or `three`.
    """

    subject: Subject | None = None
    companion: Subject | None = None
    count: str = ""
    action: Action | None = None
    thing: Thing | None = None
    place: Place | None = None

    def tags(self) -> list[str]:
        """The tags the sentence will say."""
        words = (self.subject, self.companion, self.action, self.thing, self.place)
        named = [word.tag for word in words if word is not None and word.tag]
        return [*named, self.count] if self.count else named

    def confidence(self, scores: Mapping[str, float]) -> float:
        """The probability that all of it is there, were the words independent."""
        known = prod(scores[tag] for tag in self.tags())
        return known if self.subject is None or self.subject.tag else known * PEOPLE_RIGHT


def chosen(scores: Mapping[str, float], words: Lexicon) -> Parts:
    """Picks the words, given the probability of every tag."""
    subject = _surest(scores, words.subjects) or _some_people(scores, words)
    thing = _surest(scores, _done_by(words.things, subject))
    if subject is None and thing is not None and thing.by == "people":
        subject = SOMEONE
    companion = _companion(scores, words, subject)
    count = "" if companion else _count(scores, words, subject)
    action = _action(scores, words, subject, thing)
    return Parts(subject, companion, count, action, thing, _place(scores, words))


def _surest(scores: Mapping[str, float], group: Mapping[str, W], least: float = SURE) -> W | None:
    tag = max(group, key=lambda name: scores.get(name, 0.0), default="")
    return group[tag] if scores.get(tag, 0.0) >= least else None


def _some_people(scores: Mapping[str, float], words: Lexicon) -> Subject | None:
    """A person or people, where people are likely and it is open who: man or woman, boy or girl."""
    one, many = (
        sum(scores.get(tag, 0.0) for tag, s in words.subjects.items() if s.kind == kind)
        for kind in ("person", "people")
    )
    if one + many < LIKELY_PEOPLE:
        return None
    return PEOPLE if many > one else SOMEONE


def _done_by(things: Mapping[str, Thing], subject: Subject | None) -> dict[str, Thing]:
    animal = subject is not None and subject.kind == "animal"
    return {tag: thing for tag, thing in things.items() if not (animal and thing.by == "people")}


def _companion(
    scores: Mapping[str, float], words: Lexicon, subject: Subject | None
) -> Subject | None:
    if subject is None or not subject.tag:
        return None
    others = {
        tag: other
        for tag, other in words.subjects.items()
        if frozenset({tag, subject.tag}) in _TWO_PEOPLE
        or (subject.kind == "animal") != (other.kind == "animal")
    }
    return _surest(scores, others, SURE_COMPANION)


def _count(scores: Mapping[str, float], words: Lexicon, subject: Subject | None) -> str:
    if subject is None or not subject.tag or subject.kind == "people":
        return ""
    # "Two" may count a man and his dog; then neither of them is two.
    mixed = any(
        scores.get(tag, 0.0) > _UNSURE_OTHER
        for tag, other in words.subjects.items()
        if (other.kind == "animal") != (subject.kind == "animal")
    )
    number = max(("two", "three"), key=lambda name: scores.get(name, 0.0))
    return number if not mixed and scores.get(number, 0.0) >= SURE_COMPANION else ""


def _action(
    scores: Mapping[str, float], words: Lexicon, subject: Subject | None, thing: Thing | None
) -> Action | None:
    if subject is None:
        return None
    rides = thing is not None and thing.tag in VEHICLES
    allowed = {
        tag: action
        for tag, action in words.actions.items()
        if (action.by == "any" or subject.kind != "animal") and (tag != "ride" or rides)
    }
    return _surest(scores, allowed)


def _place(scores: Mapping[str, float], words: Lexicon) -> Place | None:
    sure = {tag: p for tag, p in words.places.items() if scores.get(tag, 0.0) >= p.sure}
    narrow = {tag: place for tag, place in sure.items() if not place.broad}
    return _surest(scores, narrow or sure)
