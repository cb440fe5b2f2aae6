"""Comparative wishes ("but calmer", "less sad") applied to the rest of the evidence.

Such a wish holds a direction on the plane and no point, and its words may name what to get away
from. So only its direction counts: the affect of all other evidence moves that way, and their
moods move as those moods lie on the plane. Where they arrive is evidence in the wish's own name
too, or what a photo shows would drown what was asked for in words.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from services.recommender.domain import Evidence
from services.recommender.tracks import Affect, Array
from vts.moods import MOOD_DIMENSIONS, moods

MOOD_GAIN = 1.0
"""How much of a mood a full shift along its own direction adds."""

NEUTRAL_MOOD = 0.3
"""The score each mood starts from where a shift is all there is."""


def without_shifts(
    evidence: Sequence[Evidence], seeds: Sequence[Evidence], typical: Affect
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """The other evidence and the seeds, moved, and each shift as evidence for where they arrive.

    A shift alone starts from `typical`.

    Args:
        evidence: what was given, shifts included.
        seeds: the songs to be like, as evidence.
        typical: the mean of the catalogue on the plane.
    """
    shifts = [part for part in evidence if part.is_shift and part.affect and part.weight > 0]
    points = tuple(part for part in evidence if not part.is_shift and part.weight > 0)
    if not shifts:
        return points, tuple(seeds)
    move = _sum(shifts)
    if not points and not seeds:
        moods = np.full(MOOD_DIMENSIONS, NEUTRAL_MOOD, np.float32)
        points = (Evidence(label=shifts[0].label, moods=moods, affect=typical),)
        return (_moved(points[0], move, typical),), ()
    moved = tuple(_moved(part, move, typical) for part in points)
    moved_seeds = tuple(_moved(part, move, typical) for part in seeds)
    arrivals = tuple(_arrival(shift, moved + moved_seeds) for shift in shifts)
    return moved + arrivals, moved_seeds


def _arrival(shift: Evidence, moved: Sequence[Evidence]) -> Evidence:
    """The middle of where the other evidence arrives."""
    felt = [part.affect for part in moved if part.affect]
    moods = [part.moods for part in moved if part.moods is not None]
    return Evidence(
        label=shift.label,
        weight=shift.weight,
        affect=Affect(
            float(np.mean([each.valence for each in felt])),
            float(np.mean([each.arousal for each in felt])),
            shift.affect.confidence if shift.affect else 0.0,
        ),
        moods=np.mean(moods, axis=0, dtype=np.float32) if moods else None,
    )


def _sum(shifts: Sequence[Evidence]) -> Affect:
    """The shifts together, each by its weight."""
    felt = [(part.weight, part.affect) for part in shifts if part.affect]
    return Affect(
        _bounded(sum(weight * each.valence for weight, each in felt)),
        _bounded(sum(weight * each.arousal for weight, each in felt)),
        max(weight * each.confidence for weight, each in felt),
    )


def _moved(part: Evidence, move: Affect, typical: Affect) -> Evidence:
    start = part.affect if part.affect and part.affect.confidence > 0 else typical
    affect = Affect(
        _bounded(start.valence + move.valence),
        _bounded(start.arousal + move.arousal),
        max(start.confidence, move.confidence),
    )
    if part.moods is None:
        return replace(part, affect=affect)
    gains = _plane() @ np.array([move.valence, move.arousal], np.float32)
    return replace(part, affect=affect, moods=np.clip(part.moods + MOOD_GAIN * gains, 0, 1))


@cache
def _plane() -> Array:
    """The 13 moods as rows of (valence, arousal)."""
    return np.array([(mood.valence, mood.arousal) for mood in moods()], np.float32)


def _bounded(value: float) -> float:
    return float(np.clip(value, -1, 1))
