"""Senses what a situation calls for: the rules that hold, together, within what is safe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.conditions import Value, hold
from services.mood.domain import Bilingual
from services.mood.driving import with_driving
from services.mood.rules import Conflict, Limits, Rule, conflicts, rules
from services.mood.situations import Situation, checked
from vts.moods import MOOD_DIMENSIONS, MOODS

CERTAINTY = 0.4
"""How sure one rule of full weight makes us."""

DOUBT = 0.6
"""What is left of the confidence for each pair of values that do not go together."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the music may go whatever else is asked for, and why."""

    limits: Limits
    reason: Bilingual


@dataclass(frozen=True, slots=True, eq=False)
class SituationSense:
    """What a situation calls for: 13 scores, a place on the plane, and the rules that spoke.

    `rules` are strongest first; `conflicts` are what did not go together; `bounds` is None where
    any music is safe.
    """

    moods: npt.NDArray[np.float64]
    valence: float
    arousal: float
    confidence: float
    rules: tuple[Rule, ...]
    conflicts: tuple[Conflict, ...]
    bounds: Bounds | None


def sense(situation: Situation) -> SituationSense:
    """Applies every rule that holds; raises `FieldError` for a value that is not allowed."""
    values, clashes = settled(checked(situation))
    spoken = [rule for rule in rules() if hold(rule.when, values)]
    bounds = _bounds(spoken)
    limits = bounds.limits if bounds else Limits()
    valence, arousal = _affect(spoken)
    doubt = float(np.prod([1.0 - CERTAINTY * min(1.0, rule.weight) for rule in spoken]))
    return SituationSense(
        moods=_capped(_moods(spoken), limits),
        valence=valence,
        arousal=min(max(arousal, limits.least_arousal), limits.most_arousal),
        confidence=(1.0 - doubt) * DOUBT ** len(clashes),
        rules=tuple(sorted(spoken, key=lambda rule: -rule.weight)),
        conflicts=clashes,
        bounds=bounds,
    )


def settled(given: Mapping[str, Value]) -> tuple[dict[str, Value], tuple[Conflict, ...]]:
    """What is plausible of the values given, with what follows from them, and what clashed."""
    believed = dict(given)
    clashes: list[Conflict] = []
    for conflict in conflicts():
        if hold(conflict.when, with_driving(believed)):
            clashes.append(conflict)
            for name in conflict.ignored:
                believed.pop(name, None)
            believed |= conflict.instead
    return with_driving(believed), tuple(clashes)


def _moods(spoken: Sequence[Rule]) -> npt.NDArray[np.float64]:
    """Rules for the same mood support each other: the score is that one of them is right."""
    misses = np.ones(MOOD_DIMENSIONS)
    for rule in spoken:
        for mood, score in rule.moods.items():
            misses[MOODS.index(mood)] *= 1.0 - min(1.0, rule.weight * score)
    return 1.0 - misses


def _affect(spoken: Sequence[Rule]) -> tuple[float, float]:
    weights = sum(rule.weight for rule in spoken)
    if not weights:
        return 0.0, 0.0
    return (
        sum(rule.weight * rule.valence for rule in spoken) / weights,
        sum(rule.weight * rule.arousal for rule in spoken) / weights,
    )


def _capped(moods: npt.NDArray[np.float64], limits: Limits) -> npt.NDArray[np.float64]:
    for mood, most in limits.most_moods.items():
        index = MOODS.index(mood)
        moods[index] = min(moods[index], most)
    return moods


def _bounds(spoken: Sequence[Rule]) -> Bounds | None:
    """The limits of all rules together, with the reasons of those that limit it the most."""
    limiting = [rule for rule in spoken if rule.bounds]
    if not limiting:
        return None
    limits = Limits()
    for rule in limiting:
        limits &= rule.bounds
    lower = [rule for rule in limiting if rule.bounds.least_arousal == limits.least_arousal > -1.0]
    upper = [rule for rule in limiting if rule.bounds.most_arousal == limits.most_arousal < 1.0]
    others = sorted(limiting, key=lambda rule: -len(rule.bounds.most_moods))
    told = dict.fromkeys(each[0].reason for each in (lower, upper, others) if each)
    return Bounds(
        limits, Bilingual("; ".join(each.en for each in told), ". ".join(each.ko for each in told))
    )
