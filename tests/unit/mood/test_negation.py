"""What small words do to a feeling: negation, double negation, strengths, in both languages."""

import pytest

from services.mood import english
from services.mood.backends.korean import Korean
from services.mood.wording import Hit, find_hits, make_sense


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({})


def first_feeling(hits: list[Hit]) -> Hit:
    return next(hit for hit in hits if hit.weight)


@pytest.mark.parametrize(
    "text",
    [
        "not sad at all",
        "hardly sad",
        "barely sad",
        "scarcely sad",
        "rarely sad",
        "it couldn't be sad",
        "nothing sad",
        "without anything sad",
        "avoid sad songs",
        "no sad songs except",
        "neither sad nor scary",
        "instead of sad songs",
    ],
)
def test_english_negates(text: str) -> None:
    assert first_feeling(find_hits(english.terms(text), english.find)).opposes


@pytest.mark.parametrize(
    "text", ["sad", "never not sad", "isn't unhappy", "kind of sad", "not loud, sad", "so sad"]
)
def test_english_affirms(text: str) -> None:
    terms = english.terms(text)
    wanted = [hit for hit in find_hits(terms, english.find) if hit.weight and not hit.opposes]
    assert wanted or make_sense(terms, find_hits(terms, english.find)).valence > 0


@pytest.mark.parametrize(
    "text",
    [
        "안 슬프다",
        "하나도 안 슬프다",
        "전혀 슬프지 않다",
        "별로 안 슬프다",
        "별로 슬프지 않아",
        "결코 슬프지 않아",
        "그다지 슬프지 않네",
        "조금도 슬프지 않았다",
        "슬프지도 않다",
        "슬픈 거 말고",
        "슬픈 노래 대신",
        "슬픔이 없다",
    ],
)
def test_korean_negates(korean: Korean, text: str) -> None:
    assert first_feeling(find_hits(korean.terms(text), korean.find)).opposes


@pytest.mark.parametrize(
    "text",
    ["슬프다", "너무 슬프다", "안 슬픈 게 아니다", "슬프지 않은 것은 아니다", "슬프고 춥지 않다"],
)
def test_korean_affirms(korean: Korean, text: str) -> None:
    assert not first_feeling(find_hits(korean.terms(text), korean.find)).opposes


def test_a_word_that_leans_on_a_negation_is_no_feeling_of_its_own(korean: Korean) -> None:
    leaning = find_hits(korean.terms("별로 안 무섭다"), korean.find)
    alone = find_hits(korean.terms("이 노래 별로다"), korean.find)
    assert [hit.meaning.gloss for hit in leaning] == ["scared"]
    assert make_sense([], alone).valence < 0


def test_not_bad_is_mildly_good_and_not_the_opposite_of_bad(korean: Korean) -> None:
    terms = korean.terms("나쁘지 않다")
    sense = make_sense(terms, find_hits(terms, korean.find))
    assert 0 < sense.valence < 0.3
    assert not sense.unwanted.any()


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [("vaguely sad", "sad"), ("mildly sad", "fairly sad"), ("kind of sad", "sad")],
)
def test_english_strengths_are_in_order(weaker: str, stronger: str) -> None:
    weights = [
        first_feeling(find_hits(english.terms(text), english.find)).weight
        for text in (weaker, stronger)
    ]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [("살짝 신비한 숲", "굉장히 신비한 숲"), ("다소 조용한 숲", "숲"), ("좀 슬픈", "몹시 슬픈")],
)
def test_korean_strengths_are_in_order(korean: Korean, weaker: str, stronger: str) -> None:
    light, heavy = (
        first_feeling(find_hits(korean.terms(text), korean.find)).modifier.strength
        for text in (weaker, stronger)
    )
    assert light < heavy


def test_hardly_is_not_hard() -> None:
    found = find_hits(english.terms("hardly a sound"), english.find)
    assert "hard" not in [hit.meaning.gloss for hit in found]
