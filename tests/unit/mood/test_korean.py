"""Korean words, and the English they become."""

import pytest

from services.mood.backends.korean import Korean, dictionary_key, rendered
from services.mood.wording import Sense, find_hits, make_sense
from vts.moods import MOODS


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({"연필": "pencil"})


def understood(korean: Korean, text: str) -> tuple[str, Sense]:
    terms = korean.terms(text)
    hits = find_hits(terms, korean.find)
    return rendered(terms, hits), make_sense(terms, hits)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("덜 슬픈", "less sad"),
        ("더 신나게", "more excited"),
        ("슬프지 않은 노래", "not sad song"),
        ("안 슬픈 노래", "not sad song"),
        ("너무 신나지 않은", "not excited"),
        ("벚꽃 피는 봄", "cherry blossom spring"),
        ("lo-fi 음악", "lo fi music"),
        ("연필", "pencil"),
        ("", ""),
    ],
)
def test_korean_becomes_english_words(korean: Korean, text: str, english: str) -> None:
    assert understood(korean, text)[0] == english


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("차분한 노래", "calm"),
        ("차분하게", "calm"),
        ("신나는 여름", "energizing"),
        ("신나는 노래", "energizing"),
        ("웅장한 음악", "triumphant"),
        ("쓸쓸한 가을밤", "sad"),
        ("설레는 마음", "joyful"),
        ("무서웠다", "scary"),
        ("사랑해", "beautiful"),
        ("ㅋㅋㅋ 웃겨", "amusing"),
    ],
)
def test_conjugated_words_are_found(korean: Korean, text: str, mood: str) -> None:
    moods = understood(korean, text)[1].moods
    assert moods[MOODS.index(mood)] >= 0.4


def test_unknown_words_lower_the_coverage(korean: Korean) -> None:
    assert understood(korean, "슬픈 노래")[1].coverage == 1
    assert understood(korean, "슬픈 쭈꾸르뽕")[1].coverage < 1


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("사랑하다", "사랑"),
        ("평화롭다", "평화"),
        ("하다", "하다"),
        ("원하다", "원하다"),
        ("밤", "밤"),
    ],
)
def test_a_predicate_is_known_by_its_root(word: str, key: str) -> None:
    assert dictionary_key(word) == key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("졸려 죽겠다", ["졸리다"]),
        ("짜증나 미치겠네", ["짜증나다"]),
        ("힘들어 죽을 것 같아", ["힘들다"]),
        ("꽃이 얼어 죽었다", ["꽃", "얼다", "죽다"]),
        ("손님이 왔다", ["손님", "오다"]),
        ("손이 차다", ["손", "차다"]),
        ("슬프지도 않다", ["슬프다"]),
    ],
)
def test_the_words_of_a_text_are_what_is_meant(korean: Korean, text: str, words: list[str]) -> None:
    assert [term.text for term in korean.terms(text) if term.content] == words


def test_a_long_compound_means_what_it_does_without_its_last_syllable(korean: Korean) -> None:
    assert understood(korean, "장례식장 분위기")[1].moods[MOODS.index("sad")] > 0.3


def test_crying_means_the_same_at_any_length(korean: Korean) -> None:
    for text in ("ㅠㅠ", "ㅠㅠㅠ", "ㅠㅠㅠㅠㅠㅠ"):
        assert understood(korean, text)[1].moods[MOODS.index("sad")] > 0.5


@pytest.mark.parametrize("text", ["손이 시리다", "아 진짜?", "물 위에 떠 있다"])
def test_a_syllable_is_not_taken_for_a_longer_word(korean: Korean, text: str) -> None:
    glosses = {hit.meaning.gloss for hit in understood(korean, text)[1].hits}
    assert not glosses & {"guest", "child", "soothing"}
