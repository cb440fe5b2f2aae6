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

FLAT = 0.05
"""The score of every mood when nothing is known: about how often sentences have one at all."""
UNWANTED_SHARE = 0.8
"""How far a mood that the text does not want is lowered."""
FULL = 0.7
"""From this much said by each content word on average, a text is full of feeling words.

Most wishes for music say as much, sentences 0.2 or less.
"""
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
    """The weights of the mixture, chosen on training data.

    `lexicon` in [0, 1] weighs the words' affect against the heads', and `music` the music head's
    moods against the emotions', both for a text full of feeling words; `strictness` is the power by
    which fewer such words count for less in moods and confidence; `negated` in [0, 1] is how far
    the heads are trusted where something is negated; `neutral` is the chance of the label neutral
    from which no feeling is left; `still` in [0, 1] is how much of the heads' affect is kept then.
    """

    lexicon: float
    music: float
    strictness: float
    negated: float
    neutral: float
    still: float


def certainty(felt: Felt, blend: Blend) -> float:
    """How sure the heads are that there is a feeling, in [0, 1]: 0 for what is plainly neutral."""
    return float(np.clip(1.0 - felt.emotions["neutral"] / blend.neutral, 0.0, 1.0))


def telling(sense: Sense) -> float:
    """How much each content word of a text says about feeling on average, in [0, 1].

    Words that only ask for music ("song", "듣고 싶다") do not count.
    """
    said = [hit.weight for hit in sense.hits if hit.meaning.kind != "asking"]
    return sense.coverage * float(np.mean(said)) if said else 0.0


def blended(
    felt: Felt, sense: Sense, blend: Blend, *, understood: float
) -> tuple[Affect, tuple[float, ...]]:
    """The affect and the 13 moods of a text.

    `understood` in [0, 1] is how far the text could be read at all; it bounds the confidence. For
    a comparative text the affect is the words' shift alone.
    """
    own = certainty(felt, blend)
    fullness = min(1.0, telling(sense) / FULL)
    known = fullness**blend.strictness
    unfelt = (1.0 - known * sense.evidence) * (1.0 - own)
    confidence = float(np.clip(understood * (1.0 - unfelt), 0.0, 1.0))
    words = 1.0 if sense.comparative else blend.lexicon * sense.evidence * fullness
    trust = (1.0 - words) * understood * (blend.negated if sense.unwanted.any() else 1.0)
    point = _point(felt, sense, words, trust, blend.still + (1.0 - blend.still) * own)
    moods = _joined(
        np.full(len(sense.moods), FLAT * (1.0 - confidence)),
        _head_moods(felt, own, known * blend.music, point) * trust,
        known * sense.moods,
    )
    wanted = moods * (1.0 - UNWANTED_SHARE * sense.unwanted)
    return _affect(point, confidence, felt, sense), tuple(map(float, np.clip(wanted, 0.0, 1.0)))


def _affect(point: Floats, confidence: float, felt: Felt, sense: Sense) -> Affect:
    """Dominance is the heads' alone: no words are rated for it, and no shift has it."""
    valence, arousal = map(float, np.clip(point, -1.0, 1.0))
    dominance = None if sense.comparative else float(np.clip(felt.dominance, -1.0, 1.0))
    return Affect(valence, arousal, confidence, dominance)


def _point(felt: Felt, sense: Sense, words: float, trust: float, kept: float) -> Floats:
    if not words + trust:
        return np.zeros(2)
    heads = kept * np.array([felt.valence, felt.arousal])
    return (words * np.array([sense.valence, sense.arousal]) + trust * heads) / (words + trust)


def _head_moods(felt: Felt, own: float, music: float, point: Floats) -> Floats:
    """The emotions' moods, and in a share of `music` those of music, as far as they are near."""
    emotions = own * np.array(mood_vector("goemotions", felt.emotions).moods)
    return (1.0 - music) * emotions + music * felt.music * nearness(point)


def _joined(*chances: Floats) -> Floats:
    """The chances that at least one of several reasons for a mood holds."""
    return np.asarray(1.0 - np.prod([1.0 - each for each in chances], axis=0))


def nearness(point: Floats) -> Floats:
    """How well each mood's own place on the plane fits a point, (13,), from about 0 to 1."""
    places = np.array([[mood.valence, mood.arousal] for mood in moods()])
    return np.asarray(np.exp(-((places - point) ** 2).sum(axis=1) / (2 * PLANE_WIDTH**2)))
