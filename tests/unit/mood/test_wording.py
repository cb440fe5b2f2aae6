"""What the lexicon and the modifiers make of English words."""

import pytest

from services.mood import english
from services.mood.lexicon import english_forms, grammar, meanings
from services.mood.wording import Sense, find_hits, make_sense
from vts.moods import MOODS


def sense_of(text: str) -> Sense:
    terms = english.terms(text)
    return make_sense(terms, find_hits(terms, english.find))


def mood(sense: Sense, name: str) -> float:
    return float(sense.moods[MOODS.index(name)])


def test_every_meaning_lies_in_range_and_every_feeling_has_both_languages() -> None:
    for meaning in meanings():
        assert -1 <= meaning.valence <= 1, meaning.gloss
        assert -1 <= meaning.arousal <= 1, meaning.gloss
        assert ((meaning.moods >= 0) & (meaning.moods <= 1)).all(), meaning.gloss
        assert meaning.english, meaning.gloss
        if meaning.kind == "mood":
            assert meaning.korean, meaning.gloss


def test_the_lexicon_knows_thousands_of_words_in_each_language() -> None:
    assert len(english_forms()) > 1500
    assert sum(len(meaning.korean) for meaning in meanings()) > 1500


def test_every_comparative_has_a_known_base() -> None:
    assert [word for word in grammar().comparatives.values() if word not in english_forms()] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rainy drive home, a bit sad", "sad"),
        ("something to pump me up at the gym", "energizing"),
        ("lullabies for a sleepy baby", "calm"),
        ("haunted houses", "scary"),
        ("the funniest jokes made me laugh", "amusing"),
    ],
)
def test_words_and_their_inflections_are_found(text: str, name: str) -> None:
    assert mood(sense_of(text), name) > 0.5


def test_the_longest_phrase_wins() -> None:
    assert sense_of("sad song").hits[0].meaning.gloss == "sad song"


@pytest.mark.parametrize("text", ["not sad", "I don't want anything sad", "never sad", "isn't sad"])
def test_a_negated_word_turns_against_its_mood(text: str) -> None:
    sense = sense_of(text)
    assert mood(sense, "sad") == 0
    assert sense.unwanted[MOODS.index("sad")] == 1
    assert sense.valence > 0
    assert not sense.comparative


def test_a_negation_ends_at_a_comma() -> None:
    assert mood(sense_of("not loud, sad"), "sad") == 1


def test_negating_twice_affirms() -> None:
    assert mood(sense_of("never not sad"), "sad") == 1


@pytest.mark.parametrize(
    ("text", "valence", "arousal"),
    [
        ("but calmer", 1, -1),
        ("less sad please", 1, 1),
        ("more energetic", 1, 1),
        ("sadder", -1, -1),
    ],
)
def test_a_comparative_is_a_shift(text: str, valence: float, arousal: float) -> None:
    sense = sense_of(text)
    assert sense.comparative
    assert sense.valence * valence > 0
    assert sense.arousal * arousal > 0
    assert abs(sense.valence) < 0.7


def test_a_comparative_beside_a_state_is_no_shift() -> None:
    assert not sense_of("calmer music for a rainy night").comparative


def test_strength_follows_the_small_words() -> None:
    weights = [sense_of(f"{small} sad").hits[0].weight for small in ("slightly", "a bit", "")]
    assert weights == sorted(weights)
    assert weights[0] < weights[-1]


def test_a_sentence_without_feeling_gives_no_evidence() -> None:
    sense = sense_of("the table is made of wood")
    assert sense.evidence == 0
    assert not sense.moods.any()


def test_nothing_covers_nothing() -> None:
    assert sense_of("...").coverage == 0
