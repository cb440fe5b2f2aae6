"""How heads and lexicon are mixed."""

from dataclasses import replace

import numpy as np
import pytest

from services.mood import english
from services.mood.blending import FLAT, Blend, Felt, blended, certainty, nearness
from services.mood.wording import Sense, find_hits, make_sense
from vts.moods import MOODS
from vts.moods.taxonomies import labels

BLEND = Blend(lexicon=0.8, music=0.0, strictness=2.0, negated=0.5, neutral=0.8, still=0.5)


def felt(neutral: float = 0.1, **emotions: float) -> Felt:
    probabilities = dict.fromkeys(labels("goemotions"), 0.001) | {"neutral": neutral} | emotions
    return Felt(probabilities, np.zeros(13), -0.5, -0.3, 0.2)


def sense(text: str = "") -> Sense:
    terms = english.terms(text)
    return make_sense(terms, find_hits(terms, english.find))


def test_a_neutral_text_is_flat_and_unsure() -> None:
    affect, moods = blended(felt(neutral=0.85), sense(), BLEND, understood=1.0)
    assert affect.confidence == 0.0
    assert (affect.valence, affect.arousal) == (-0.25, -0.15)
    assert moods == pytest.approx([FLAT] * 13)


def test_nothing_understood_says_nothing() -> None:
    affect, moods = blended(felt(sadness=0.9), sense(), BLEND, understood=0.0)
    assert (affect.valence, affect.arousal, affect.confidence) == (0.0, 0.0, 0.0)
    assert moods == pytest.approx([FLAT] * 13)


def test_the_heads_speak_where_the_lexicon_is_silent() -> None:
    affect, moods = blended(felt(neutral=0.0, sadness=0.9), sense(), BLEND, understood=1.0)
    assert MOODS[int(np.argmax(moods))] == "sad"
    assert moods[MOODS.index("sad")] == pytest.approx(0.9, abs=0.01)
    assert (affect.valence, affect.arousal, affect.dominance) == (-0.5, -0.3, 0.2)
    assert affect.confidence == 1.0


def test_known_words_outweigh_the_heads() -> None:
    affect, moods = blended(felt(sadness=0.9), sense("happy dance party"), BLEND, understood=1.0)
    assert moods[MOODS.index("joyful")] > moods[MOODS.index("sad")]
    assert affect.valence > 0


def test_few_known_words_count_for_less() -> None:
    words = sense("happy")
    known, rare = (
        blended(felt(), replace(words, coverage=share), BLEND, understood=1.0)
        for share in (1.0, 0.2)
    )
    assert known[0].valence > rare[0].valence > -0.5
    assert known[0].confidence > rare[0].confidence
    assert known[1][MOODS.index("joyful")] > rare[1][MOODS.index("joyful")]


def test_what_is_not_wanted_is_lowered() -> None:
    plain = blended(felt(sadness=0.9), sense(), BLEND, understood=1.0)[1]
    refused = blended(felt(sadness=0.9), sense("not sad"), BLEND, understood=1.0)[1]
    assert refused[MOODS.index("sad")] < 0.3 * plain[MOODS.index("sad")]


def test_a_shift_is_the_words_alone_and_has_no_dominance() -> None:
    words = sense("calmer")
    affect, _ = blended(felt(sadness=0.9), words, BLEND, understood=1.0)
    assert (affect.valence, affect.arousal) == (words.valence, words.arousal)
    assert affect.dominance is None


def test_confidence_is_bounded_by_what_was_understood() -> None:
    affect, _ = blended(felt(sadness=0.9), sense("happy"), BLEND, understood=0.3)
    assert affect.confidence <= 0.3


def test_certainty_falls_with_neutrality() -> None:
    sure = [certainty(felt(neutral=share), BLEND) for share in (0.0, 0.4, 0.8, 0.9)]
    assert sure == [1.0, pytest.approx(0.5), 0.0, 0.0]


def test_the_nearest_mood_fits_best() -> None:
    assert MOODS[int(nearness(np.array([0.5, -0.7])).argmax())] == "calm"


def test_moods_stay_in_range_however_strong_the_words() -> None:
    loud = felt(neutral=0.0, joy=1.0, excitement=1.0, amusement=1.0)
    for text in ("very very happy", "not happy", "extremely joyful dance party tonight"):
        _, moods = blended(loud, sense(text), BLEND, understood=1.0)
        assert all(0.0 <= score <= 1.0 for score in moods)
