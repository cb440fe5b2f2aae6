"""The words that matter."""

import pytest

from services.mood import english
from services.mood.backends.korean import Korean
from services.mood.domain import MAX_COUNTERPARTS, MAX_KEYWORDS, Keyword
from services.mood.keywords import counterparts, keywords
from services.mood.wording import find_hits


def words(text: str) -> tuple[Keyword, ...]:
    terms = english.terms(text)
    return keywords(terms, find_hits(terms, english.find))


def test_what_denies_is_no_keyword() -> None:
    assert not any(term.content for term in english.terms("nothing, nobody, without"))


def test_feeling_comes_before_what_else_is_said() -> None:
    found = words("the accountant brought a sad letter")
    assert found[0].text == "sad"
    assert found[0].weight == 1.0
    assert "accountant" in [word.text for word in found]


def test_small_words_are_left_out() -> None:
    assert words("and then it is what it was") == ()


def test_what_is_not_wanted_is_no_keyword() -> None:
    assert "sad" not in [word.text for word in words("not sad but bright")]


def test_a_word_that_comes_again_weighs_more() -> None:
    found = {word.text: word.weight for word in words("zebra quagga zebra")}
    assert found["zebra"] > found["quagga"]


def test_there_are_at_most_twelve_of_what_was_said_and_always_the_same() -> None:
    text = " ".join(f"word{chr(97 + i)}" for i in range(26)) + " sad happy calm dreamy"
    found = words(text)
    assert len([word for word in found if word.language == "en"]) == MAX_KEYWORDS
    assert len(found) == MAX_KEYWORDS + MAX_COUNTERPARTS
    assert words(text) == found


def test_what_was_said_has_its_counterpart_in_the_other_language() -> None:
    found = {(word.text, word.language): word.weight for word in words("a lonely night")}
    assert found["lonely", "en"] > found["외롭다", "ko"] > 0
    assert ("밤", "ko") in found


def test_korean_is_said_in_english_too() -> None:
    korean = Korean({})
    terms = korean.terms("노을이 지는 바다")
    found = {word.text for word in keywords(terms, find_hits(terms, korean.find))}
    assert {"sunset glow", "sunset", "sea"} <= found


def test_what_is_not_wanted_has_no_counterpart_either() -> None:
    assert "슬프다" not in [word.text for word in words("not sad but bright")]


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("lonely", "en", "외롭다"),
        ("dogs", "en", "강아지"),
        ("외로움", "ko", "lonely"),
        ("달빛", "ko", "moonlight"),
        ("사랑하다", "ko", "love"),
    ],
)
def test_a_word_is_known_by_its_name_in_the_other_language(
    text: str, language: str, other: str
) -> None:
    assert other in counterparts(text, language)


def test_an_unknown_word_has_no_counterpart() -> None:
    assert counterparts("quagga", "en") == counterparts("콰가", "ko") == ()
