"""Why a text was read as it was, in both languages."""

import re

import pytest

from services.mood import english
from services.mood.backends.korean import Korean
from services.mood.domain import Bilingual
from services.mood.explaining import explained
from services.mood.lexicon import meanings
from services.mood.wording import Sense, Term, find_hits, make_sense
from vts.korean import with_particle
from vts.moods import MOODS

FLAT = [0.15] * 13


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({})


def felt(**scores: float) -> list[float]:
    return [scores.get(mood, 0.05) for mood in MOODS]


def parsed(text: str) -> tuple[list[Term], Sense]:
    terms = english.terms(text)
    return terms, make_sense(terms, find_hits(terms, english.find))


def reason(text: str, moods: list[float], *, is_guess: bool = False) -> Bilingual:
    found = explained(*parsed(text), moods, is_guess=is_guess)
    assert found is not None
    return found


def korean_reason(korean: Korean, text: str, moods: list[float]) -> str:
    terms = korean.terms(text)
    found = explained(terms, make_sense(terms, find_hits(terms, korean.find)), moods)
    assert found is not None
    return found.ko


@pytest.mark.parametrize(
    ("text", "moods", "said"),
    [
        ("so lonely", felt(sad=0.9), "“lonely” suggests a sad mood."),
        ("an energetic party", felt(energizing=0.9), "“party” suggest an energizing mood."),
        ("not sad at all", FLAT, "“sad” is denied, which speaks against sadness."),
        ("calmer", FLAT, "“calmer” asks for more calm."),
        ("but less sad", FLAT, "“sad” asks for less sadness."),
        (
            "calmer, less sad",
            FLAT,
            "“calmer” asks for more calm; “sad” asks for less sadness.",
        ),
        (
            "happy but not sad",
            felt(joyful=0.8),
            "“happy” suggests a joyful mood; “sad” is denied, which speaks against sadness.",
        ),
        (
            "happy but less sad",
            felt(joyful=0.8),
            "“happy” suggests a joyful mood; “sad” is wanted less, which speaks against sadness.",
        ),
        (
            "a sad day",
            felt(joyful=0.8),
            "“sad” suggests a sad mood; as a whole it sounds joyful.",
        ),
        (
            "wjfk qpzm",
            felt(tense=0.6, scary=0.5),
            "No single word decides it; the sentence as a whole sounds tense and scary.",
        ),
        ("wjfk qpzm", FLAT, "Nothing in particular is felt in it."),
    ],
)
def test_an_english_reason_names_the_words_and_where_they_pull(
    text: str, moods: list[float], said: str
) -> None:
    assert reason(text, moods).en.endswith(said)


@pytest.mark.parametrize(
    ("text", "moods", "said"),
    [
        ("외로운 하루", felt(sad=0.9), "‘외롭다’에서 슬픈 느낌이 납니다."),
        ("슬프지 않은 노래", FLAT, "‘슬프다’는 아니라고 하므로 슬픈 느낌은 덜어 냈습니다."),
        ("우울은 아니야", FLAT, "‘우울하다’는 아니라고 하므로 슬픈 느낌은 덜어 냈습니다."),
        ("더 차분하게", FLAT, "‘차분하다’에서 더 차분한 쪽을 바라는 뜻을 읽었습니다."),
        ("덜 슬프게", FLAT, "‘슬프다’에서 덜 슬픈 쪽을 바라는 뜻을 읽었습니다."),
        (
            "더 차분하고 덜 슬프게",
            FLAT,
            "‘차분하다’에서 더 차분한 쪽을, ‘슬프다’에서 덜 슬픈 쪽을 바라는 뜻을 읽었습니다.",
        ),
        (
            "행복하고 슬프지 않은 날",
            felt(joyful=0.8),
            "느낌이 나고, ‘슬프다’는 아니라고 하므로 슬픈 느낌은 덜어 냈습니다.",
        ),
        (
            "외로운 하루",
            felt(joyful=0.8),
            "‘외롭다’에서 슬픈 느낌이 나고, 글 전체가 즐겁게 느껴집니다.",
        ),
        (
            "갑을병정",
            felt(tense=0.6, scary=0.5),
            "어느 한 낱말 때문이 아니라, 글 전체가 불안하고 무섭게 느껴집니다.",
        ),
        ("갑을병정", FLAT, "딱히 두드러지는 느낌이 없는 글입니다."),
    ],
)
def test_a_korean_reason_names_the_words_and_where_they_pull(
    korean: Korean, text: str, moods: list[float], said: str
) -> None:
    assert korean_reason(korean, text, moods).endswith(said)


def test_there_is_no_reason_for_a_guess_without_words() -> None:
    assert explained(*parsed("wjfk qpzm"), FLAT, is_guess=True) is None
    assert reason("wjfk sad", felt(sad=0.4), is_guess=True).en == "“sad” suggests a sad mood."


def test_at_most_three_words_are_named_in_the_order_of_the_text() -> None:
    said = reason("happy cheerful joyful merry glad", felt(joyful=1.0)).en
    assert said == "“happy”, “cheerful” and “joyful” suggest a joyful mood."


def test_a_word_said_twice_is_named_once() -> None:
    assert reason("sad, sad, sad", felt(sad=1.0)).en == "“sad” suggests a sad mood."


def test_words_that_say_nothing_of_the_mood_are_not_named() -> None:
    assert "dog" not in reason("my dog died", felt(sad=0.9)).en.replace("my dog died", "")


def test_every_word_of_the_lexicon_gets_a_whole_sentence_with_the_right_particle(
    korean: Korean,
) -> None:
    for meaning in meanings():
        form = next(iter(meaning.english), "")
        found = explained(*parsed(f"not {form}"), FLAT)
        assert found is not None
        assert found.en.endswith(".")
        assert found.ko.endswith("니다.")
        for quoted, particle in re.findall(r"‘([^’]+)’([은는])", found.ko):
            assert with_particle(quoted, "은/는").endswith(particle)
