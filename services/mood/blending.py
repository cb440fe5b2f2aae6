"""Puts together what the heads feel in a sentence and what the lexicon knows of its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from services.mood.domain import Affect
from services.mood.wording import Sense
from vts.moods import moods
from vts.moods.taxonomies import mood_vector

Floats = npt.NDArray[np.float64]

FLAT = 0.15
"""The score of every mood when nothing is known: no mood stands out."""
UNWANTED_SHARE = 0.8
"""How far a mood that the text does not want is lowered."""
STILL_SHARE = 0.5
"""How much of the heads' affect is kept in a neutral text; costs 0.001 of r on EmoBank's train."""
NEGATION_TRUST = 0.3
"""How far the heads are trusted where something is negated: they read "not sad" as sad."""
PLANE_WIDTH = 0.8
"""How far on the plane (in its units) a mood may lie from the affect and still be likely."""


@dataclass(frozen=True, slots=True, eq=False)
class Felt:
    """What the heads say of one text.

    `emotions` maps the 28 GoEmotions labels to probabilities; `music` (13,) scores what music of
    such a description is like; valence, arousal and dominance are in [-1, 1]; `labels` maps
    vocabularies to the scores that heads of their own give their labels.
    """

    emotions: Mapping[str, float]
    music: Floats
    valence: float
    arousal: float
    dominance: float = 0.0
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blend:
    """The weights of the mixture, chosen on training data; each in [0, 1].

    `lexicon` weighs the words against the heads, for a text full of known words; `music` weighs
    the music head's moods against the emotions'; `neutral` is the probability of the label
    neutral from which no feeling is left.
    """

    lexicon: float
    music: float
    neutral: float


def certainty(felt: Felt, blend: Blend) -> float:
    """How sure the heads are that there is a feeling, in [0, 1]: the less neutral, the surer."""
    return float(np.clip(1.0 - felt.emotions["neutral"] / blend.neutral, 0.0, 1.0))


def blended(
    felt: Felt, sense: Sense, blend: Blend, *, understood: float
) -> tuple[Affect, tuple[float, ...]]:
    """The affect and the 13 moods of a text.

    `understood` in [0, 1] is how far the text could be read at all; it bounds the confidence. For
    a comparative text the affect is the words' shift alone.
    """
    own = certainty(felt, blend)
    confidence = understood * (1.0 - (1.0 - sense.evidence) * (1.0 - own))
    words = 1.0 if sense.comparative else _share(sense, blend)
    trust = (1.0 - words) * understood * (NEGATION_TRUST if sense.unwanted.any() else 1.0)
    point = _point(felt, sense, blend, words, trust)
    heads = _head_moods(felt, blend, point) * own * trust
    mixed = 1.0 - (1.0 - heads) * (1.0 - sense.moods)
    scores = FLAT * (1.0 - confidence) + confidence * mixed * (1 - UNWANTED_SHARE * sense.unwanted)
    valence, arousal = np.clip(point, -1.0, 1.0)
    affect = Affect(float(valence), float(arousal), float(np.clip(confidence, 0.0, 1.0)))
    return affect, tuple(float(score) for score in np.clip(scores, 0.0, 1.0))


def _share(sense: Sense, blend: Blend) -> float:
    """How much the words outweigh the heads: by what they say and how many were known."""
    return blend.lexicon * sense.evidence * (0.5 + 0.5 * sense.coverage)


def _point(felt: Felt, sense: Sense, blend: Blend, words: float, trust: float) -> Floats:
    sure = STILL_SHARE + (1.0 - STILL_SHARE) * certainty(felt, blend)
    heads = sure * np.array([felt.valence, felt.arousal])
    if not words + trust:
        return np.zeros(2)
    return (words * np.array([sense.valence, sense.arousal]) + trust * heads) / (words + trust)


def _head_moods(felt: Felt, blend: Blend, point: Floats) -> Floats:
    emotions = np.array(mood_vector("goemotions", felt.emotions).moods)
    return _between(emotions, felt.music, blend.music) * nearness(point)


def nearness(point: Floats) -> Floats:
    """How well each mood's own place on the plane fits a point, (13,), from about 0 to 1."""
    places = np.array([[mood.valence, mood.arousal] for mood in moods()])
    return np.asarray(np.exp(-((places - point) ** 2).sum(axis=1) / (2 * PLANE_WIDTH**2)))


def _between(first: Floats, second: Floats, share: float) -> Floats:
    return (1.0 - share) * first + share * second
