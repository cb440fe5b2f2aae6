"""The forms of Korean words, and the glossary that captions are translated by."""

import re
from importlib import resources

import pytest

from services.captioner import korean
from services.captioner.translation.glossary import NOUNS, gathered, glossary, plural, verb_forms

KINDS = NOUNS | {"adjective", "color", "number", "quantity", "preposition", "adverb", "how"}
KINDS |= {"state", "verb", "pattern", "determiner"}


@pytest.mark.parametrize(
    ("word", "particle", "marked"),
    [
        ("공", "를", "공을"),
        ("모자", "를", "모자를"),
        ("물", "로", "물로"),
        ("손", "로", "손으로"),
        ("말", "와", "말과"),
        ("개", "와 함께", "개와 함께"),
        ("해변", "에서", "해변에서"),
        ("언덕", " 위로", "언덕 위로"),
    ],
)
def test_a_particle_agrees_with_its_word(word: str, particle: str, marked: str) -> None:
    assert korean.marked(word, particle) == marked


@pytest.mark.parametrize(
    ("verb", "polite", "together", "before", "purpose"),
    [
        ("달리다", "달리고 있습니다", "달리며", "달리는", "달리려고"),
        ("잡다", "잡고 있습니다", "잡으며", "잡는", "잡으려고"),
        ("날다", "날고 있습니다", "날며", "나는", "날려고"),
        ("걷다", "걷고 있습니다", "걸으며", "걷는", "걸으려고"),
        ("노를 젓다", "노를 젓고 있습니다", "노를 저으며", "노를 젓는", "노를 저으려고"),
        ("돕다", "돕고 있습니다", "도우며", "돕는", "도우려고"),
    ],
)
def test_the_forms_of_a_verb(
    verb: str, polite: str, together: str, before: str, purpose: str
) -> None:
    assert korean.polite(verb) == polite
    assert korean.while_doing(verb) == together
    assert korean.that_does(verb) == before
    assert korean.in_order_to(verb) == purpose


@pytest.mark.parametrize(
    ("verb", "before"),
    [("입다", "입은"), ("쓰다", "쓴"), ("들다", "든"), ("매다", "맨"), ("굽다", "구운")],
)
def test_what_was_done_stands_before_its_noun(verb: str, before: str) -> None:
    assert korean.that_did(verb) == before


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        ("앉아 있다", "앉아 있는"),
        ("덮여 있다", "덮인"),
        ("주차되어 있다", "주차된"),
        ("가득 차 있다", "가득 찬"),
    ],
)
def test_a_state_stands_before_its_noun(verb: str, before: str) -> None:
    assert korean.that_does(verb) == before


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("run", ("run", "runs", "running", "runned")),
        ("ride", ("ride", "rides", "riding", "rided")),
        ("carry", ("carry", "carries", "carrying", "carried")),
        ("lie", ("lie", "lies", "lying", "lied")),
        ("watch", ("watch", "watches", "watching", "watched")),
        ("play", ("play", "plays", "playing", "played")),
        ("do", ("do", "does", "doing", "doed")),
    ],
)
def test_english_verbs_are_known_in_every_form(word: str, forms: tuple[str, ...]) -> None:
    assert verb_forms(word) == forms


def test_english_nouns_are_known_in_the_plural() -> None:
    assert [plural(word) for word in ("dog", "beach", "puppy", "toy", "bus")] == [
        "dogs",
        "beaches",
        "puppies",
        "toys",
        "buses",
    ]


def lines() -> list[list[str]]:
    path = resources.files("services.captioner.translation").joinpath("translations.tsv")
    text = path.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def test_every_line_of_the_glossary_is_whole() -> None:
    for line in lines():
        assert 3 <= len(line) <= 4, line
        word, kind, hangul, *_ = line
        assert word == word.lower().strip(), line
        assert kind in KINDS, line
        assert re.fullmatch(r"[가-힣 ,~]*", hangul), line


def test_no_word_of_a_kind_is_there_twice() -> None:
    keys = [(word, kind) for word, kind, *_ in lines()]
    assert len(keys) == len(set(keys))


def test_every_verb_is_in_its_dictionary_form() -> None:
    for word, kind, hangul, *_ in lines():
        if kind in ("verb", "pattern", "state"):
            assert hangul.endswith("다"), word


def test_every_pattern_is_of_a_known_verb() -> None:
    verbs = {word for word, kind, *_ in lines() if kind == "verb"}
    for word, kind, *_ in lines():
        if kind == "pattern" and " +" not in word:
            words = word.split(" ")
            assert any(" ".join(words[:length]) in verbs for length in range(1, len(words))), word


def test_a_pattern_of_an_unlisted_verb_makes_it_known() -> None:
    small = gathered(["dog\tanimal\t개", "blow out +\tpattern\t~를 불어서 끄다"])
    assert [sense.form for sense in small.senses["blowing out"]] == ["ing"]


def test_the_glossary_is_read_once() -> None:
    assert glossary() is glossary()
