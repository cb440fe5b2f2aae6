"""How heads and lexicon are mixed."""

import numpy as np
import pytest

from services.mood import english
from services.mood.blending import FLAT, STILL_SHARE, Blend, Felt, blended, certainty, nearness
from services.mood.wording import Sense, find_hits, make_sense
from vts.moods import MOODS
from vts.moods.taxonomies import labels

BLEND = Blend(lexicon=0.8, music=0.5, neutral=0.6)


def felt(neutral: float = 0.1, **emotions: float) -> Felt:
    probabilities = dict.fromkeys(labels("goemotions"), 0.01) | {"neutral": neutral} | emotions
    return Felt(probabilities, np.zeros(13), -0.5, -0.3)


def sense(text: str = "") -> Sense:
    terms = english.terms(text)
    return make_sense(terms, find_hits(terms, english.find))


def test_a_neutral_text_is_flat_and_unsure() -> None:
    affect, moods = blended(felt(neutral=0.7), sense(), BLEND, understood=1.0)
    assert affect.confidence == 0
    assert moods == pytest.approx([FLAT] * 13)


def test_the_heads_speak_where_the_lexicon_is_silent() -> None:
    affect, moods = blended(felt(sadness=0.9), sense(), BLEND, understood=1.0)
    assert MOODS[int(np.argmax(moods))] == "sad"
    sure = certainty(felt(sadness=0.9), BLEND)
    assert affect.valence == pytest.approx(-0.5 * (STILL_SHARE + (1 - STILL_SHARE) * sure))


def test_known_words_outweigh_the_heads() -> None:
    affect, moods = blended(felt(sadness=0.9), sense("happy dance party"), BLEND, understood=1.0)
    assert moods[MOODS.index("joyful")] > moods[MOODS.index("sad")]
    assert affect.valence > 0


def test_what_is_not_wanted_is_lowered() -> None:
    plain = blended(felt(sadness=0.9), sense(), BLEND, understood=1.0)[1]
    refused = blended(felt(sadness=0.9), sense("not sad"), BLEND, understood=1.0)[1]
    assert refused[MOODS.index("sad")] < 0.3 * plain[MOODS.index("sad")]


def test_a_shift_is_the_words_alone() -> None:
    words = sense("calmer")
    affect, _ = blended(felt(sadness=0.9), words, BLEND, understood=1.0)
    assert (affect.valence, affect.arousal) == (words.valence, words.arousal)


def test_confidence_is_bounded_by_what_was_understood() -> None:
    affect, _ = blended(felt(sadness=0.9), sense("happy"), BLEND, understood=0.3)
    assert affect.confidence <= 0.3


def test_certainty_falls_with_neutrality() -> None:
    sure = [certainty(felt(neutral=share), BLEND) for share in (0.0, 0.3, 0.6, 0.9)]
    assert sure == [1.0, pytest.approx(0.5), 0.0, 0.0]


def test_the_nearest_mood_fits_best() -> None:
    assert MOODS[int(nearness(np.array([0.5, -0.7])).argmax())] == "calm"
