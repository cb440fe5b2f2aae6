"""Texts as they are typed, pasted and attacked, and what can be seen of them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mood.cleaning import cleaned, readable_share
from services.mood.domain import (
    FieldError,
    MissingError,
    Sentence,
    SentenceLimits,
    TextLimits,
    checked_sentences,
    checked_texts,
)

ANYTHING = st.text(st.characters(), max_size=200)  # lone surrogates and all

SEEN = {
    "as it is": ("a rainy drive home", "a rainy drive home"),
    "as it is in Korean": ("비 오는 밤, 집으로", "비 오는 밤, 집으로"),
    "space": ("  calm \n\t night\u3000", "calm night"),
    "single jamo, as a Mac sends them": (unicodedata.normalize("NFD", "조용한 밤"), "조용한 밤"),
    "accents apart from their letters": ("cafe\u0301", "café"),
    "NUL": ("calm\x00night", "calm night"),
    "control characters": ("\x1b[31msad\x07", "[31msad"),
    "zero width": ("s\u200ba\u200dd\ufeff", "sad"),
    "soft hyphens": ("sad\u00adness", "sadness"),
    "right to left": ("\u202ehappy\u202c \u200f밤\u2067", "happy 밤"),
    "fillers of Hangul": ("\u3164조용한\u115f 밤\uffa0", "조용한 밤"),
    "tags": ("calm\U000e0073\U000e0061\U000e0064", "calm"),
    "lone surrogates": ("calm\ud800 night\udfff", "calm night"),
    "braille blanks": ("\u2800calm\u2800", "calm"),
    "fancy letters": ("𝖘𝖆𝖉 ｎｉｇｈｔ", "sad night"),
    "a flood of accents": ("s\u0336\u0321\u035ca\u0336\u0489d\u0336\u0321\u0488", "sad"),
    "a flood on Hangul": ("밤" + "\u0301" * 300, "밤" + "\u0301" * 3),
    "a long run": ("s" + "o" * 1990 + " sad", "s" + "o" * 8 + " sad"),
    "a long number": ("1" + "0" * 30, "1" + "0" * 30),
    "tears": ("ㅠ" * 500, "ㅠ" * 8),
    "an emoji with its colour": ("❤\ufe0f", "❤"),
    "a family": ("👨\u200d👩\u200d👧", "👨👩👧"),
    "pointed Hebrew": ("שָׁלוֹם", "שָׁלוֹם"),
    "Vietnamese": ("buồn quá", "buồn quá"),
    "markup, which can be seen": ("<script>x</script>", "<script>x</script>"),
}

UNSEEN = {
    "nothing": "",
    "space": " \n\t\u3000\u2028",
    "controls": "\x00\x01\x7f\x85",
    "marks of direction": "\u200e\u200f\u202e\u2066",
    "zero width": "\u200b\u200c\u200d\ufeff\u2060",
    "fillers": "\u3164\u115f\u1160\uffa0\u2800\u034f",
    "variation selectors": "\ufe0f\ufe00\U000e0100",
    "tags": "\U000e0073\U000e007f",
    "accents on nothing": "\u0301\u0336\u0489",
    "lone surrogates": "\ud800\udc00\ud800",
    "no characters": "\ufdd0\ufffe\uffff",
}


@pytest.mark.parametrize("name", SEEN)
def test_what_can_be_seen_is_kept(name: str) -> None:
    text, expected = SEEN[name]
    assert cleaned(text) == expected


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_nothing(name: str) -> None:
    assert cleaned(UNSEEN[name]) == ""
    with pytest.raises(MissingError, match=r"texts\[1\] is empty"):
        checked_texts(["a", UNSEEN[name]], "", TextLimits())
    with pytest.raises(MissingError, match=r"sentences\[0\].text is empty"):
        checked_sentences([Sentence(UNSEEN[name])], SentenceLimits())


@pytest.mark.parametrize("text", ["a" * 1_000_000, "밤" * 10_000, "\u200b" * 10_000, " " * 10_000])
def test_what_is_too_long_is_told_by_field_and_limit(text: str) -> None:
    with pytest.raises(FieldError, match=r"texts\[0\] may have 2000 characters at most, not 1"):
        checked_texts([text], "", TextLimits())


@pytest.mark.parametrize("name", SEEN)
def test_both_ways_in_are_cleaned(name: str) -> None:
    text, expected = SEEN[name]
    assert [each.content for each in checked_texts([text], "ko", TextLimits())] == [expected]
    limits = SentenceLimits(characters=2000)
    assert [each.content for each in checked_sentences([Sentence(text)], limits)] == [expected]


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once


@given(ANYTHING)
def test_nothing_unseen_is_left(text: str) -> None:
    once = cleaned(text)
    assert len(once) <= 3 * len(text)
    assert once == once.strip()
    once.encode()  # could not be sent otherwise
    assert not {unicodedata.category(each) for each in once if each != " "} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
        "Zs",
    }


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("calm night", 1.0),
        ("조용한 night", 1.0),
        ("7 !? 😢", 1.0),
        ("calm 静夜", 4 / 6),
        ("грустная песня", 0.0),
        ("aaaaaaaa", 0.0),
        ("ㅠㅠㅠㅠㅠ", 1.0),
        ("a" + "bc" * 40, 0.0),
        ("", 1.0),
    ],
)
def test_only_words_of_our_scripts_can_be_read(text: str, share: float) -> None:
    assert readable_share(text) == pytest.approx(share)


@given(ANYTHING)
def test_the_readable_share_is_a_share(text: str) -> None:
    assert 0 <= readable_share(text) <= 1
