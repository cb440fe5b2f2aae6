"""The lexicon as a whole: its lines, its forms, and whether Kiwi finds them in a sentence."""

from collections import Counter
from collections.abc import Iterator

import pytest

from services.mood.backends.korean import Korean, dictionary_key
from services.mood.lexicon import Meaning, korean_forms, korean_keys, meanings, new_words
from services.mood.wording import find_hits
from training.mood.lexicon_keys import built
from vts.moods import MOODS

FIRST_SYLLABLE, LAST_SYLLABLE, FINALS = ord("가"), ord("힣"), 28


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean({})


def test_the_lexicon_has_well_over_fifteen_hundred_meanings_in_both_languages() -> None:
    assert len(meanings()) >= 1600
    assert [
        meaning.gloss for meaning in meanings() if not (meaning.english and meaning.korean)
    ] == []


def test_numbers_lie_in_their_ranges() -> None:
    for meaning in meanings():
        assert -1 <= meaning.valence <= 1, meaning.gloss
        assert -1 <= meaning.arousal <= 1, meaning.gloss
        assert meaning.moods.shape == (len(MOODS),)
        assert ((meaning.moods >= 0) & (meaning.moods <= 1)).all(), meaning.gloss


def test_a_feeling_has_a_mood_and_a_plain_word_next_to_none() -> None:
    for meaning in meanings():
        if meaning.kind == "plain":
            assert meaning.moods.max() < 0.3, meaning.gloss


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_has_many_words(mood: str) -> None:
    assert sum(meaning.moods[MOODS.index(mood)] >= 0.5 for meaning in meanings()) >= 20


@pytest.mark.parametrize(
    ("mood", "valence", "arousal"),
    [
        ("sad", -1, 0),
        ("scary", -1, 1),
        ("calm", 1, -1),
        ("joyful", 1, 0),
        ("energizing", 0, 1),
        ("annoying", -1, 0),
        ("tense", 0, 1),
        ("triumphant", 1, 1),
    ],
)
def test_words_full_of_a_mood_lie_where_the_mood_lies(
    mood: str, valence: int, arousal: int
) -> None:
    full = [meaning for meaning in meanings() if meaning.moods[MOODS.index(mood)] >= 0.8]
    wrong = [
        meaning.gloss
        for meaning in full
        if meaning.valence * valence < 0 or meaning.arousal * arousal < 0
    ]
    assert len(wrong) <= 0.12 * len(full), wrong


def test_no_form_stands_on_two_lines() -> None:
    english = Counter(form.lower() for meaning in meanings() for form in meaning.english)
    korean = Counter(form for meaning in meanings() for form in meaning.korean)
    assert [form for form, lines in english.items() if lines > 1] == []
    assert [form for form, lines in korean.items() if lines > 1] == []


def test_no_two_lines_share_a_korean_key() -> None:
    owners: dict[tuple[str, ...], Meaning] = {}
    shared = []
    for meaning in meanings():
        for form in meaning.korean:
            key = korean_keys().get(form, ()) if " " in form else (dictionary_key(form),)
            if owners.setdefault(key, meaning) is not meaning:
                shared.append(form)
    assert shared == []


def test_the_keys_are_those_that_kiwi_makes_today() -> None:
    assert {form: " ".join(key) for form, key in korean_keys().items()} == built()


def test_every_new_word_is_a_form_of_the_lexicon() -> None:
    assert [word for word in new_words() if word not in korean_forms()] == []


def test_every_korean_form_is_found_in_a_plain_sentence(korean: Korean) -> None:
    lost = [
        form
        for meaning in meanings()
        for form in meaning.korean
        if not any(_finds(korean, sentence, form, meaning) for sentence in _sentences(form))
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "gloss"),
    [
        ("봄이 왔다", "spring"),
        ("책을 봄", "book"),
        ("책임감이 강하다", "sense of responsibility"),
        ("무책임한 사람", "irresponsible"),
        ("불공평한 세상", "unfair"),
        ("섬에 가고 싶다", "island"),
        ("위로가 필요해", "soothing"),
        ("현타가 온다", "reality check"),
    ],
)
def test_words_that_look_alike_are_told_apart(korean: Korean, text: str, gloss: str) -> None:
    found = [hit.meaning.gloss for hit in find_hits(korean.terms(text), korean.find)]
    assert found[0] == gloss


def _sentences(form: str) -> Iterator[str]:
    if form.endswith("다"):
        yield from (f"{form}.", f"{form[:-1]}고 있다")
        return
    last = ord(form[-1])
    closed = FIRST_SYLLABLE <= last <= LAST_SYLLABLE and (last - FIRST_SYLLABLE) % FINALS
    yield from (f"{form}{'이' if closed else '가'} 좋다.", f"{form}.", f"{form} 같은 느낌", form)


def _finds(korean: Korean, sentence: str, form: str, meaning: Meaning) -> bool:
    hits = find_hits(korean.terms(sentence), korean.find)
    return any(
        hit.meaning.korean.keys() <= meaning.korean.keys() or form in hit.meaning.korean
        for hit in hits
    )
