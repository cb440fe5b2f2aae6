"""Finds the words of a text that the lexicon knows, and what their modifiers do to them.

Both languages come here as terms: English ones from `services.mood.english`, Korean ones from
`services.mood.backends.korean`. What follows is the same for both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from services.mood.lexicon import Grammar, Meaning, Modifier, grammar
from vts.moods import MOOD_DIMENSIONS

LONGEST_PHRASE = 4
REACH_BEFORE = 4
REACH_AFTER = 2
NEGATED_SHARE = -0.4
"""A negated word points the other way, more weakly: "not sad" is not yet happy."""
SHIFT_SHARE = 0.6
"""How far a comparative moves: "calmer" asks for a step towards calm, not for calm itself."""
ASIDE_SHARE = 0.3
"""How much of that step is kept on the other axis: calm is pleasant too, "calmer" mostly slower."""
EVIDENCE = 0.6
"""How far one full mood word takes us from knowing nothing."""

Find = Callable[[tuple[str, ...]], Meaning | None]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text: as written, the keys to look it up by (best first), and its role.

    `names` where it is a noun or an adjective.
    """

    text: str
    keys: tuple[str, ...]
    content: bool
    language: str
    compares: int = 0
    gloss: str = ""
    names: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A meaning found at terms `start` to `end` (exclusive), with its modifiers applied."""

    meaning: Meaning
    start: int
    end: int
    modifier: Modifier

    @property
    def weight(self) -> float:
        """How much it counts, in [0, 1]."""
        return min(1.0, self.meaning.importance * self.modifier.strength)

    @property
    def opposes(self) -> bool:
        """Whether the text asks for less or none of it."""
        return self.modifier.negates or self.modifier.compares < 0


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """What the known words of a text say together.

    `moods` and `unwanted` have shape (13,), in [0, 1]; `evidence` in [0, 1] is how much was said
    about feeling; `coverage` in [0, 1] is the share of content words that were understood. For a
    comparative text, valence and arousal are a shift.
    """

    moods: npt.NDArray[np.float64]
    unwanted: npt.NDArray[np.float64]
    valence: float
    arousal: float
    evidence: float
    coverage: float
    comparative: bool
    hits: tuple[Hit, ...] = field(default=())


def find_hits(terms: Sequence[Term], find: Find) -> list[Hit]:
    """Finds meanings from left to right, the longest phrase first."""
    rules = grammar()
    hits: list[Hit] = []
    start = 0
    while start < len(terms):
        found = None if _leans(terms, start, rules) else _longest(terms, start, find)
        if found is None:
            start += 1
            continue
        meaning, end = found
        hits.append(Hit(meaning, start, end, _modifier(terms, start, end, rules, hits)))
        start = end
    return hits


def make_sense(terms: Sequence[Term], hits: Sequence[Hit]) -> Sense:
    """Adds up the hits of a text: moods as independent chances, affect as a weighted mean."""
    wanted, unwanted = np.zeros(MOOD_DIMENSIONS), np.zeros(MOOD_DIMENSIONS)
    doubt, total = 1.0, 0.0
    affect = np.zeros(2)
    comparative = is_comparative(hits)
    for hit in hits:
        side = unwanted if hit.opposes else wanted
        side[:] = 1.0 - (1.0 - side) * (1.0 - hit.weight * hit.meaning.moods)
        affect += hit.weight * _direction(hit, comparative)
        total += hit.weight
        doubt *= 1.0 - EVIDENCE * hit.weight * float(hit.meaning.moods.max())
    mean = affect / total if total else affect
    return Sense(
        moods=wanted * (1.0 - unwanted),
        unwanted=unwanted,
        valence=float(mean[0]),
        arousal=float(mean[1]),
        evidence=1.0 - doubt,
        coverage=_coverage(terms, hits),
        comparative=comparative,
        hits=tuple(hits),
    )


def is_comparative(hits: Sequence[Hit]) -> bool:
    """Whether the text asks for a change and names no state of its own."""
    felt = [hit for hit in hits if hit.meaning.importance]
    return bool(felt) and all(hit.modifier.compares for hit in felt)


def _leans(terms: Sequence[Term], start: int, rules: Grammar) -> bool:
    """Whether a word only strengthens a negation near it, as 별로 in 별로 안 슬프다."""
    if terms[start].keys[0] not in rules.polar:
        return False
    near = [term.keys[0] for term in terms[start + 1 : start + 1 + REACH_BEFORE]]
    effects = [rules.before.get(key) or rules.after.get(key) for key in near]
    return any(effect and effect.negates for effect in effects)


def _direction(hit: Hit, comparative: bool) -> npt.NDArray[np.float64]:
    point = np.array([hit.meaning.valence, hit.meaning.arousal])
    if comparative:
        point[np.argmin(np.abs(point))] *= ASIDE_SHARE
        return point * SHIFT_SHARE * hit.modifier.strength * (-1 if hit.opposes else 1)
    return point * NEGATED_SHARE if hit.opposes else point


def _longest(terms: Sequence[Term], start: int, find: Find) -> tuple[Meaning, int] | None:
    for length in range(min(LONGEST_PHRASE, len(terms) - start), 0, -1):
        window = terms[start : start + length]
        for key in _window_keys(window):
            if meaning := find(key):
                return meaning, start + length
    return None


def _window_keys(window: Sequence[Term]) -> list[tuple[str, ...]]:
    """What to look up: every form of a lone word; a phrase as written and by its first forms."""
    if len(window) == 1:
        return [(key,) for key in window[0].keys]
    return [tuple(term.text for term in window), tuple(term.keys[0] for term in window)]


def _modifier(
    terms: Sequence[Term], start: int, end: int, rules: Grammar, earlier: Sequence[Hit]
) -> Modifier:
    """Gathers what acts on terms `start` to `end`, up to a boundary or another feeling."""
    found = [Modifier(compares=term.compares) for term in terms[start:end]]
    near = earlier[-REACH_BEFORE:]  # those before them end out of reach
    fence = max((hit.end for hit in near if hit.meaning.importance), default=0)
    for term in reversed(terms[max(fence, start - REACH_BEFORE) : start]):
        if term.keys[0] in rules.boundaries:
            break
        found.append(rules.before.get(term.keys[0], Modifier()))
    for term in terms[end : end + REACH_AFTER]:
        if term.keys[0] in rules.boundaries or (term.content and term.keys[0] not in rules.after):
            break
        found.append(rules.after.get(term.keys[0], Modifier()))
    compares = next((effect.compares for effect in reversed(found) if effect.compares), 0)
    strength = float(np.prod([effect.strength for effect in found]))
    return Modifier(sum(effect.negates for effect in found) % 2 == 1, compares, strength)


def _coverage(terms: Sequence[Term], hits: Sequence[Hit]) -> float:
    """The share of content terms that are understood; without any, whether there is a hit."""
    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    content = [index for index, term in enumerate(terms) if term.content]
    known = [index for index in content if index in covered or terms[index].gloss]
    return len(known) / len(content) if content else float(bool(hits))
