"""Reads English captions by a small grammar: who, doing what, where and with what."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from services.captioner.translation.glossary import Entry
from services.captioner.translation.nouns import ALIVE, NounGrammar
from services.captioner.translation.phrases import Clause, Doing, Nouns, Place
from services.captioner.translation.tokens import MAX_READINGS, Readings

MAX_TOKENS = 40
"""Most words and marks of a caption that is read."""

_BE = frozenset(["is", "are", "was", "were", "be", "being"])
_HAVE = frozenset(["has", "have", "having", "had"])
_HELD_AT = ("in", "on", "around", "over", "behind", "above", "at")
_WHILE = ("while", "whilst", "as", "when")
_OPENINGS = tuple(
    tuple(opening.split())
    for opening in (
        "there is",
        "there are",
        "this is",
        "a close up of",
        "a close-up of",
        "a closeup of",
        "close up of",
        "a view of",
        "the view of",
        "view of",
        "an aerial view of",
        "an image of",
        "a picture of",
        "a photo of",
        "a shot of",
    )
)
"""How captions begin that only say that something is seen."""


class Reader(NounGrammar):
    """Reads one caption."""

    def caption(self) -> Iterator[Clause]:
        """The readings of the whole caption, likeliest first."""
        if len(self._text.words) > MAX_TOKENS:
            return
        clauses = list(islice(self._clause(0), MAX_READINGS))
        whole = len(self._text.words)
        yield from (clause for clause, end in clauses if end == whole)
        for clause, end in clauses:
            yield from (joined for joined, after in self._joined(clause, end) if after == whole)

    def _joined(self, clause: Clause, end: int) -> Iterator[tuple[Clause, int]]:
        at = self._text.skipping(end, ",")
        if self._text.word(at) in _WHILE:
            for other, after in self._clause(at + 1):
                yield Clause(clause.subject, clause.doing, meanwhile=other), after
        at = self._text.skipping(at, "and", "but", *_WHILE)
        if at > end:
            for other, after in self._clause(at):
                if other.doing is not None:
                    yield Clause(clause.subject, clause.doing, besides=other), after

    def _clause(self, start: int) -> Iterator[tuple[Clause, int]]:
        start = self._opening(start)
        for subject, end in self._nouns(start):
            for doing, after in self._predicate(end):
                if _agree(subject, doing):
                    yield Clause(subject, doing), after
            yield Clause(subject), end

    def _opening(self, start: int) -> int:
        found = (words for words in _OPENINGS if self._text.match(start, *words))
        return start + len(next(found, ()))

    def _predicate(self, start: int) -> Readings[Doing]:
        return self._text.kept("predicate", start, self._read_predicate)

    def _read_predicate(self, start: int) -> Iterator[tuple[Doing, int]]:
        for doing, end in self._simple(start):
            at = self._text.skipping(end, ",", *_WHILE)
            at = self._text.skipping(at, "and", "then", *_WHILE)
            if at > end:
                for other, after in self._predicate(at):
                    yield _also(doing, other), after
            yield doing, end
            for other, after in self._participle(end):
                yield _also(doing, other), after

    def _simple(self, start: int) -> Iterator[tuple[Doing, int]]:
        at = self._text.skipping(start, ",")
        if self._text.word(at) in _BE or self._text.match(at, "appears", "to", "be"):
            at = at + 1 if self._text.word(at) in _BE else at + 3
            if self._text.word(at) in ("seen", "shown", "pictured"):
                yield from self._participle(at + 1)
            yield from self._participle(at)
            yield from self._being(at)
            return
        if self._text.word(at) in _HAVE:
            yield from self._with_object("have", at + 1)
        yield from self._acting(at, "s", "base")
        yield from self._participle(at)
        yield from self._acting(at, "ed")
        if at == start:
            yield from self._being(at, bare=True)

    def _participle(self, start: int) -> Readings[Doing]:
        return self._text.kept("participle", start, self._read_participle)

    def _read_participle(self, start: int) -> Iterator[tuple[Doing, int]]:
        adverbs, at = self._adverbs(start)
        for state, end in self._text.entries(at, "state"):
            if "~" in state.korean:
                for nouns, after in self._nouns(end):
                    told = Doing("", object=nouns, state=state, adverbs=adverbs)
                    yield from self._completed(told, after)
                continue
            yield from self._completed(Doing("", state=state, adverbs=adverbs), end)
        yield from self._acting(start, "ing")

    def _being(self, start: int, *, bare: bool = False) -> Iterator[tuple[Doing, int]]:
        for doing, end in self._completed(Doing(""), start):
            when = all(adverb.features.get("slot") == "time" for adverb in doing.adverbs)
            if doing.places or (doing.adverbs and (when or not bare)):
                yield doing, end

    def _acting(self, start: int, *forms: str) -> Iterator[tuple[Doing, int]]:
        adverbs, at = self._adverbs(start)
        for sense, end in self._text.glossary.at(self._text.words, at):
            if sense.entry.kind == "verb" and sense.form in forms:
                verb = sense.entry.word
                form = sense.form if sense.form in ("s", "base") else ""
                if "to" in sense.entry.features:  # what starts to run, runs
                    yield from (
                        (replace(doing, form=form, adverbs=(*adverbs, *doing.adverbs)), after)
                        for doing, after in self._infinitive(end)
                    )
                for doing, after in self._with_object(verb, end):
                    yield replace(doing, form=form, adverbs=(*adverbs, *doing.adverbs)), after

    def _infinitive(self, start: int) -> Iterator[tuple[Doing, int]]:
        if self._text.match(start, "to"):
            yield from self._acting(start + 1, "base")

    def _with_object(self, verb: str, start: int) -> Iterator[tuple[Doing, int]]:
        for nouns, end in _doing_first(self._nouns(start)):
            yield from self._completed(Doing(verb, object=nouns), end)
        yield from self._completed(Doing(verb), start)

    def _completed(self, doing: Doing, start: int) -> Iterator[tuple[Doing, int]]:
        """What was read with all the places, adverbs and purposes that follow."""
        if self._text.match(start, "to") and doing.purpose is None:
            for purpose, end in self._infinitive(start):
                yield replace(doing, purpose=purpose), end
        at = self._text.skipping(start, ",")
        for adverb, end in self._text.entries(at, "adverb"):
            if len(doing.adverbs) < 3:
                changed = replace(doing, adverbs=(*doing.adverbs, adverb))
                yield from self._completed(changed, end)
        if len(doing.places) < 4:
            for place, end in self._place(start):
                yield from self._completed(replace(doing, places=(*doing.places, place)), end)
        yield doing, start

    def _adverbs(self, start: int) -> tuple[tuple[Entry, ...], int]:
        for adverb, end in self._text.entries(start, "adverb"):
            return (adverb,), end
        return (), start

    def _place(self, start: int) -> Readings[Place]:
        return self._text.kept("place", start, self._read_place)

    def _read_place(self, start: int) -> Iterator[tuple[Place, int]]:
        for preposition, end in self._text.entries(start, "preposition"):
            if self._text.word(end) in ("and", ","):
                continue
            for nouns, after in _doing_first(self._nouns(end)):
                place = Place(preposition.word, nouns)
                if preposition.word == "with":
                    yield from self._held(place, after)
                yield place, after

    def _held(self, place: Place, end: int) -> Iterator[tuple[Place, int]]:
        """`with a ball` and where: `in its mouth`, or how: `out`, `open`, `closed`."""
        if self._text.match(end, "on", "top"):
            yield place, end + 2
        for then, after in self._place(end):
            if then.preposition in _HELD_AT:
                yield Place("with", place.nouns, then=then), after
        if self._text.match(end, "on") and place.nouns.last.entry.kind == "wear":
            yield place, end + 1
        at = self._text.skipping(end, "hanging", "sticking", "wide", "spread")
        for adverb, after in self._text.entries(at, "how"):
            if place.nouns.last.entry.kind == "body":
                yield Place("with", place.nouns, how=adverb.korean), after


def _agree(subject: Nouns, doing: Doing) -> bool:
    """Whether one does, or several do, all that is said: "a man in a suit and tie" ties nothing."""
    noun = subject.last
    one = len(subject.nouns) == 1 and not (noun.many or noun.number > 1 or noun.several)
    if doing.form == ("base" if one else "s"):
        return False
    return doing.also is None or _agree(subject, doing.also)


def _also(doing: Doing, other: Doing) -> Doing:
    last = _also(doing.also, other) if doing.also else other
    return replace(doing, also=last)


def _doing_first(readings: Readings[Nouns]) -> Readings[Nouns]:
    """Nouns that do something before the same without: in "a man holding a bag", he holds it."""

    def idle(reading: tuple[Nouns, int]) -> bool:
        noun = reading[0].last
        return noun.that is None or noun.entry.kind not in ALIVE

    return sorted(readings, key=idle)
