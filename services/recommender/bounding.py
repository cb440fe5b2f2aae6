"""What is asked for, drawn within the bounds that songs must keep to.

A lullaby asked for at the wheel at night would else be unlike every song that may be played: the
rest of the evidence would decide alone, and reasons would tell of a calm that is not there.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.recommender.domain import Evidence, Filters
from services.recommender.tracks import Array
from vts.moods import MOOD_DIMENSIONS, MOODS


def within(evidence: Sequence[Evidence], filters: Filters) -> tuple[Evidence, ...]:
    """The evidence with its arousal and moods as far as the filters let songs go."""
    if not filters.has_bounds:
        return tuple(evidence)
    caps = _caps(filters)
    return tuple(_drawn(part, filters, caps) for part in evidence)


def _drawn(part: Evidence, filters: Filters, caps: Array) -> Evidence:
    affect, moods = part.affect, part.moods
    if affect is not None:
        least = -1.0 if filters.least_arousal is None else filters.least_arousal
        most = 1.0 if filters.most_arousal is None else filters.most_arousal
        affect = replace(affect, arousal=min(max(affect.arousal, least), most))
    return replace(part, affect=affect, moods=None if moods is None else np.minimum(moods, caps))


def _caps(filters: Filters) -> Array:
    caps: Array = np.ones(MOOD_DIMENSIONS, np.float32)
    for mood, most in filters.most_moods:
        caps[MOODS.index(mood)] = most
    return caps
