"""Reads nouns in English captions, with what stands before them and after them."""

from collections.abc import Iterator
from dataclasses import replace

from services.captioner.translation.glossary import NOUNS, Entry
from services.captioner.translation.naming import PICTURES
from services.captioner.translation.phrases import Doing, Noun, Nouns, Place
from services.captioner.translation.tokens import Readings, Tokens

ALIVE = frozenset(["person", "child", "animal"])
"""The kinds of nouns that do and wear things."""

_ACTING = ALIVE | {"ride", "boat"}
_MOST_ADJECTIVES = 6
_NOTHING = Entry("", "thing", "")
_Looks = tuple[tuple[Entry, ...], tuple[Entry, ...]]
_Head = tuple[tuple[Entry, ...], Entry, bool, int]


class NounGrammar:
    """The rules of nouns; those of verbs, which nouns may hold, are its subclass's."""

    def __init__(self, text: Tokens) -> None:
        self._text = text

    def _nouns(self, start: int) -> Readings[Nouns]:
        return self._text.kept("nouns", start, self._read_nouns)

    def _participle(self, start: int) -> Readings[Doing]:
        raise NotImplementedError

    def _predicate(self, start: int) -> Readings[Doing]:
        raise NotImplementedError

    def _place(self, start: int) -> Readings[Place]:
        raise NotImplementedError

    def _read_nouns(self, start: int) -> Iterator[tuple[Nouns, int]]:
        for first, end in self._noun(start):
            for rest, after in self._more_nouns(end):
                yield Nouns((first, *rest)), after
            yield Nouns((first,)), end

    def _more_nouns(self, start: int) -> Iterator[tuple[tuple[Noun, ...], int]]:
        last = self._text.skipping(self._text.skipping(start, ","), "and", "or", "&")
        if last == start:
            return
        for noun, end in self._noun(last):
            for rest, after in self._more_nouns(end):
                yield (noun, *rest), after
            if self._text.word(last - 1) != ",":
                yield (noun,), end

    def _noun(self, start: int) -> Readings[Noun]:
        return self._text.kept("noun", start, self._read_noun)

    def _read_noun(self, start: int) -> Iterator[tuple[Noun, int]]:
        for noun, end in self._bare_noun(start):
            yield from self._followed(noun, end)

    def _bare_noun(self, start: int) -> Readings[Noun]:
        return self._text.kept("bare noun", start, self._read_bare_noun)

    def _read_bare_noun(self, start: int) -> Iterator[tuple[Noun, int]]:
        for number, several, at in self._counted(start):
            for (adjectives, colors), end in self._described(at):
                bare = Noun(_NOTHING, False, number, several, adjectives, colors)
                yield from self._headed(bare, end, alone=end == start)
                if colors and not adjectives and at == start:  # "in red", but not "a red"
                    yield Noun(colors[-1], colors=colors[:-1]), end

    def _counted(self, start: int) -> Iterator[tuple[int, str, int]]:
        """How many there are, as a number or vaguely, past articles; then as if nothing said so."""
        at = next((end for _, end in self._text.entries(start, "determiner")), start)
        for sense, end in self._text.entries(at, "number", "quantity"):
            past = self._text.skipping(end, "the", "of")
            if sense.kind == "number":
                yield int(sense.features["of"]), "", past
                continue
            for counted, after in self._text.entries(past, "number"):
                yield int(counted.features["of"]), "", after
            yield 0, sense.korean, past
        yield 0, "", at
        if at > start:
            yield 0, "", start

    def _headed(self, bare: Noun, start: int, *, alone: bool) -> Iterator[tuple[Noun, int]]:
        """What was read with its noun; `alone` where nothing stood before the noun.

        A noun that may be a verb as well ("walks") is no noun at the end of several, nor alone
        after "and".
        """
        joined = start == 0 or self._text.word(start - 1) in ("and", ",")
        for before, head, many, end in self._heads(start):
            first = alone and joined
            doubtful = self._may_be_verb(before if first else before[1:], head, end)
            if not doubtful or not (before or first):
                yield from self._whole(replace(bare, entry=head, many=many, before=before), end)

    def _may_be_verb(self, before: tuple[Entry, ...], head: Entry, end: int) -> bool:
        """Whether the noun, or one before it, may be a verb; phrases of the glossary are sure."""
        if "sure" in head.features:
            return False
        words = [entry.word for entry in before if " " not in entry.word]
        last = [self._text.words[end - 1]] if " " not in head.word else []
        return self._text.may_be_verb([*words, *last])

    def _whole(self, noun: Noun, end: int) -> Iterator[tuple[Noun, int]]:
        """A noun, and before it what it owns: `the dog 's mouth`."""
        if self._text.match(end, "'s"):
            for owned, after in self._bare_noun(end):
                if owned.owner is None:
                    yield replace(owned, owner=Nouns((noun,))), after
        yield noun, end

    def _described(self, start: int) -> list[tuple[_Looks, int]]:
        """Adjectives and colours; the longest first, then ever fewer."""
        steps: list[tuple[_Looks, int]] = [(((), ()), start)]
        while len(steps) <= _MOST_ADJECTIVES:
            here = steps[-1][1]
            if len(steps) > 1:
                here = self._text.skipping(here, ",", "and", "&")
            step = self._adjective(steps[-1][0], here)
            if step is None:
                break
            steps.append(step)
        return list(reversed(steps))

    def _adjective(self, looks: _Looks, start: int) -> tuple[_Looks, int] | None:
        """One adjective or colour more, unless it begins a longer noun: `swimming pool`."""
        adjectives, colors = looks
        longest = max((end for _, _, end in self._nouns_at(start)), default=0)
        for entry, end in self._text.entries(start, "adjective", "color"):
            if longest > end:
                return None
            if entry.kind == "color":
                return (adjectives, (*colors, entry)), end
            return ((*adjectives, entry), colors), end
        return None

    def _heads(self, start: int) -> list[_Head]:
        """A noun with at most two before it that specify it, the longest first."""
        found: list[_Head] = []
        for one, many, end in self._nouns_at(start):
            found.append(((), one, many, end))
            if (many and one.kind != "wear") or one.is_person:
                continue
            for two, two_many, after in self._nouns_at(end):
                found.append(((one,), two, two_many, after))
                if not two_many:
                    found += [((one, two), *last) for last in self._nouns_at(after)]
        return sorted(found, key=lambda head: (-head[3], len(head[0])))

    def _nouns_at(self, start: int) -> Iterator[tuple[Entry, bool, int]]:
        for sense, end in self._text.glossary.at(self._text.words, start):
            if sense.entry.kind in NOUNS:
                yield sense.entry, sense.form == "many", end

    def _followed(self, noun: Noun, end: int) -> Iterator[tuple[Noun, int]]:
        """A noun with what follows: `of water`, `in a red shirt`, `with a ball`, `who sits`."""
        if "pronoun" in noun.entry.features:
            yield noun, end
            return
        if self._text.match(end, "of") and noun.of is None:
            for other, after in self._whole_of(noun, end + 1):
                yield from self._followed(replace(noun, of=other), after)
        if self._text.word(end) in ("in", "with") and len(noun.with_) < 2:
            for place, after in self._place(end):
                if _describes(noun, place):
                    yield from self._followed(replace(noun, with_=(*noun.with_, place)), after)
        at = self._text.skipping(end, ",")
        if self._text.word(at) in ("who", "that", "which"):
            for doing, after in self._predicate(at + 1):
                yield replace(noun, that=doing), after
        yield from self._or_without(noun, end)

    def _or_without(self, noun: Noun, end: int) -> Iterator[tuple[Noun, int]]:
        """The noun alone, and with what rather belongs to the verb: where it is, what it does."""
        alive = noun.entry.kind in ALIVE
        doings = self._participle(end)
        if not alive and noun.entry.kind != "body":  # "with his mouth open" tells how he is
            yield from ((replace(noun, that=one), at) for one, at in doings if one.state)
        yield noun, end
        if alive and len(noun.with_) < 2 and self._text.word(end) != "with":
            for place, after in self._place(end):
                yield from self._followed(replace(noun, with_=(*noun.with_, place)), after)
        if noun.entry.kind in _ACTING:
            yield from ((replace(noun, that=one), at) for one, at in doings)

    def _whole_of(self, noun: Noun, start: int) -> list[tuple[Nouns, int]]:
        """What stands after "of": one noun before several, and of a picture all that it shows."""
        single = [(Nouns((other,)), end) for other, end in self._noun(start)]
        if noun.entry.word in PICTURES:
            single.sort(key=lambda reading: -reading[1])
        return single + [reading for reading in self._nouns(start) if len(reading[0].nouns) > 1]


def _describes(noun: Noun, place: Place) -> bool:
    """Whether a place right after a noun tells what it looks like, not where it is."""
    kind = place.nouns.last.entry.kind
    somewhere = place.then is not None and not is_on_body(place, place.then)
    if noun.entry.kind in ALIVE:
        dressed = place.preposition == "in" and kind in ("wear", "color")
        return dressed or (place.preposition == "with" and not somewhere)
    if place.preposition != "with" or place.how or kind in ALIVE or kind == "body":
        return False
    if place.then is not None:
        return somewhere
    return noun.entry.kind != "place" or kind in ("place", "event")


def is_on_body(place: Place, then: Place) -> bool:
    """Whether what is had is somewhere on the body, or seen behind."""
    where = then.nouns.last.entry
    seen_behind = where.word == "background" and place.nouns.last.entry.kind not in ALIVE
    return where.kind == "body" or seen_behind
