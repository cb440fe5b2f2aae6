"""The words that matter."""

from services.mood import english
from services.mood.domain import MAX_KEYWORDS, Keyword
from services.mood.keywords import keywords
from services.mood.wording import find_hits


def words(text: str) -> tuple[Keyword, ...]:
    terms = english.terms(text)
    return keywords(terms, find_hits(terms, english.find))


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


def test_there_are_at_most_twelve_and_always_the_same() -> None:
    text = " ".join(f"word{chr(97 + i)}" for i in range(26)) + " sad happy calm dreamy"
    assert len(words(text)) == MAX_KEYWORDS
    assert words(text) == words(text)
