"""Emoji are read however they are typed: with the mark that colours them, and without."""

import pytest

from services.mood import english
from services.mood.backends.korean import Korean
from services.mood.cleaning import cleaned
from services.mood.keywords import keywords
from services.mood.lexicon import EMOJI_STYLE, Meaning, english_forms, meanings
from services.mood.wording import find_hits
from vts.moods import MOODS

JOINT = "\u200d"
EMOJI = sorted(
    {
        form
        for meaning in meanings()
        for form in meaning.english
        if meaning.kind == "emoji" and JOINT not in form
    }
)
"""Those of several people in one are read by their parts."""


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({})


def found(text: str) -> list[Meaning]:
    return [hit.meaning for hit in find_hits(english.terms(text), english.find)]


def meaning_of(emoji: str) -> Meaning:
    return english_forms()[emoji.replace(EMOJI_STYLE, "")]


def test_the_lexicon_has_emoji_with_their_style() -> None:
    assert {"☹️", "☺️", "❤️"} <= {emoji for emoji in EMOJI if EMOJI_STYLE in emoji}


@pytest.mark.parametrize("style", ["", EMOJI_STYLE])
def test_every_emoji_of_the_lexicon_is_read(style: str) -> None:
    for emoji in EMOJI:
        typed = emoji.replace(EMOJI_STYLE, "") + style
        assert found(f"home {typed}")[-1:] == [meaning_of(emoji)], emoji
        assert found(cleaned(f"home {typed}"))[-1:] == [meaning_of(emoji)], emoji


def test_emoji_with_a_style_are_read_in_korean_too(korean: Korean) -> None:
    for emoji in (each for each in EMOJI if EMOJI_STYLE in each):
        terms = korean.terms_of(korean.morphemes(cleaned(f"오늘은 {emoji}")))
        hits = [hit.meaning for hit in find_hits(terms, korean.find)]
        assert meaning_of(emoji) in hits, emoji


def test_emoji_are_called_as_they_were_typed(korean: Korean) -> None:
    terms = korean.terms_of(korean.morphemes("비 오는 밤 😢"))
    words = keywords(terms, find_hits(terms, korean.find))
    assert [(word.text, word.language) for word in words if word.text == "😢"] == [("😢", "ko")]
    assert "ㅠㅠ" not in [word.text for word in words]


@pytest.mark.parametrize(("emoji", "mood"), [("☹️", "sad"), ("☺️", "joyful"), ("☠️", "scary")])
def test_a_face_tells_its_mood(emoji: str, mood: str) -> None:
    (meaning,) = found(cleaned(emoji))
    assert MOODS[meaning.moods.argmax()] == mood
