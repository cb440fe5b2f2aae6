"""What evidence of different kinds means together: affects, moods, shifts and their sums.

Valence and arousal lie in [-1, 1]; a mood vector holds 13 scores in [0, 1] in the order of
`vts.moods.MOODS`. Everything here is pure arithmetic on such numbers.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vts.moods import MOODS, Mood, moods

MAX_INPUTS = 8
"""How many inputs a request may have."""

MAX_TEXT_CHARACTERS = 2000
"""How long a text may be."""

MAX_EVIDENCE = 16
"""How many pieces of evidence the recommender takes."""

SOUND_OF_VIDEO_WEIGHT = 0.5
"""How much a video's music counts beside its pictures; the share that is music is counted in."""

LEAST_CLIP_SECONDS = 3.0
"""A sound that is shorter says too little to tell which song it is from."""

MOST_CLIP_SECONDS = 31.0
"""The longest sound that is looked for in songs: 30 s, and what recorders run over."""

TALK_SHARE = 0.3
"""From this share of talk on, a video wants music without words, which would compete with it.

A greeting of seconds does not decide for a whole video; in a vlog somebody talks for a third of the
time at the least.
"""

REACH = 0.4
"""How far, on the plane, a mood is still felt: the width of the Gaussian of `moods_near`."""

TOLD_BY_WORDS_ALONE = frozenset({"sensual"})
"""Moods that a place on the plane never suggests."""

MOOD_GAIN = 1.0
"""How much of a mood a full shift along its own direction adds."""

Moods = tuple[float, ...]
"""13 scores in [0, 1]; an empty tuple where moods are not known."""


@dataclass(frozen=True, slots=True)
class Affect:
    """A point on the plane, with a confidence from 0 (unknown) to 1."""

    valence: float
    arousal: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Feeling:
    """What one input is taken to feel like; a shift is added to the others, and has no moods."""

    affect: Affect | None
    moods: Moods = ()
    weight: float = 1.0
    is_shift: bool = False


def moods_near(affect: Affect) -> Moods:
    """The moods that lie close to a point, from 1 for those on it down to 0 for those far away.

    The middle of the plane is no mood in particular, so scores shrink with the point's distance
    from it. Desire cannot be told from a place: a cat in warm colours lies where it does.
    """
    strength = min(1.0, math.hypot(affect.valence, affect.arousal) / 0.5)
    return tuple(
        0.0
        if mood.id in TOLD_BY_WORDS_ALONE
        else strength * math.exp(-(math.dist(_position(mood), _at(affect)) ** 2) / (2 * REACH**2))
        for mood in moods()
    )


def affect_of(scores: Moods) -> Affect | None:
    """The mean place of moods on the plane, weighted by the square of their scores.

    Squares let the mood that is meant outweigh twelve faint ones. None if there is no mood.
    """
    weights = [score * score for score in scores]
    total = sum(weights)
    if total <= 0:
        return None
    pairs = list(zip(weights, moods(), strict=True))
    return Affect(
        sum(weight * mood.valence for weight, mood in pairs) / total,
        sum(weight * mood.arousal for weight, mood in pairs) / total,
        max(scores),
    )


def joined_affect(parts: Iterable[tuple[Affect | None, float]]) -> Affect | None:
    """The mean of points, each counted by its weight times its confidence.

    The confidence is the weighted mean of theirs. None if no part counts.
    """
    known = [(affect, weight) for affect, weight in parts if affect and weight > 0]
    mass = sum(weight * affect.confidence for affect, weight in known)
    if mass <= 0:
        return None
    return Affect(
        sum(weight * affect.confidence * affect.valence for affect, weight in known) / mass,
        sum(weight * affect.confidence * affect.arousal for affect, weight in known) / mass,
        mass / sum(weight for _, weight in known),
    )


def joined_moods(parts: Iterable[tuple[Moods, float]]) -> Moods:
    """The weighted mean of mood vectors, leaving out those that are not known."""
    known = [(scores, weight) for scores, weight in parts if scores and weight > 0]
    total = sum(weight for _, weight in known)
    if total <= 0:
        return ()
    return tuple(
        sum(weight * scores[index] for scores, weight in known) / total
        for index in range(len(MOODS))
    )


def picture_feeling(seen: Affect | None, said: Affect | None, said_moods: Moods) -> Feeling:
    """What a picture feels like, from how it looks and from the words that describe it.

    People's ratings of pictures (`seen`) know light and faces but only as a point on the plane;
    the words (`said`) know that a funeral is sad. Both are guesses with a confidence, so that is
    what they are weighed by. The point's moods are those near it.
    """
    seen_moods = moods_near(seen) if seen and seen.confidence > 0 else ()
    return Feeling(
        joined_affect([(seen, 1.0), (said, 1.0)]),
        joined_moods(
            [
                (seen_moods, seen.confidence if seen else 0.0),
                (said_moods, said.confidence if said else 0.0),
            ]
        ),
    )


def together(feelings: Sequence[Feeling]) -> Feeling:
    """All feelings as one: the weighted mean of the points and moods, then moved by the shifts."""
    points = [feeling for feeling in feelings if not feeling.is_shift]
    affect = joined_affect((feeling.affect, feeling.weight) for feeling in points)
    scores = joined_moods((feeling.moods, feeling.weight) for feeling in points)
    for shift in feelings:
        if shift.is_shift and shift.affect:
            before = affect or Affect(0.0, 0.0, shift.affect.confidence)
            affect = shifted(before, shift.affect, shift.weight)
            scores = tilted(scores, shift.affect, shift.weight) or moods_near(affect)
    return Feeling(affect, scores)


def shifted(point: Affect, shift: Affect, weight: float = 1.0) -> Affect:
    """The point moved by a share of the shift, within the plane."""
    return Affect(
        _clipped(point.valence + weight * shift.valence),
        _clipped(point.arousal + weight * shift.arousal),
        point.confidence,
    )


def tilted(scores: Moods, shift: Affect, weight: float = 1.0) -> Moods:
    """Mood scores as a shift leaves them: moods that lie its way gain, as in the recommender."""
    gains = (mood.valence * shift.valence + mood.arousal * shift.arousal for mood in moods())
    return tuple(
        max(0.0, min(1.0, score + MOOD_GAIN * weight * gain))
        for score, gain in zip(scores, gains, strict=False)
    )


def _position(mood: Mood) -> tuple[float, float]:
    return (mood.valence, mood.arousal)


def _at(affect: Affect) -> tuple[float, float]:
    return (affect.valence, affect.arousal)


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, value))
