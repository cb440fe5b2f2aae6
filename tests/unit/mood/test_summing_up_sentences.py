"""Many sentences become keywords, groups and one reading."""

from collections.abc import Sequence

import numpy as np
import pytest

from services.mood.backends.embedding import EmbeddingReader
from services.mood.domain import (
    MAX_GROUP_KEYWORDS,
    MAX_SUMMARY_KEYWORDS,
    FieldError,
    MissingError,
    Sentence,
    SentenceLimits,
    Summary,
    Text,
    checked_sentences,
)
from services.mood.summarising import summary

DOGS = ("A brown dog runs through the grass.", "A dog plays with a ball in the grass.")
CITY = ("Cars drive through a city at night.", "The city lights shine on the street at night.")
SAD = "A lonely woman cries in the rain."


@pytest.fixture(scope="module")
def reader() -> EmbeddingReader:
    made = EmbeddingReader(threads=1, cache_entries=64)
    made.load()
    return made


def summed(reader: EmbeddingReader, *sentences: str, weights: Sequence[float] = ()) -> Summary:
    texts = [Text(sentence) for sentence in sentences]
    weighted = [
        Sentence(sentence, weight)
        for sentence, weight in zip(sentences, weights or [1.0] * len(texts), strict=True)
    ]
    return summary(weighted, reader.read(texts), reader.words(texts))


def said(found: Summary, language: str) -> set[str]:
    return {word.text for word in found.keywords if word.language == language}


def test_sentences_that_mean_alike_are_together(reader: EmbeddingReader) -> None:
    found = summed(reader, DOGS[0], CITY[0], DOGS[1], CITY[1])
    assert [group.sentences for group in found.groups] == [(0, 2), (1, 3)]
    assert [group.share for group in found.groups] == [0.5, 0.5]
    assert all(group.central in group.sentences for group in found.groups)


def test_keywords_are_what_the_sentences_are_about(reader: EmbeddingReader) -> None:
    found = summed(reader, *DOGS)
    assert {word.text for word in found.keywords[:2]} == {"dog", "grass"}
    assert found.keywords[0].weight == 1.0
    assert {word.text for word in found.keywords}.isdisjoint({"runs", "plays", "through"})


REMARKED = (
    "A dog on a beach, shown in warm colours.",
    "A dog on a beach, shown in cool colours.",
    "A dog on a beach, shown in black and white.",
    "A dog on a beach in bright light.",
    "A dog on a beach in dim light.",
)
REMARKED_KOREAN = (
    "따뜻한 색감의 화면 속, 해변에 개가 있습니다.",
    "차가운 색감의 화면 속, 해변에 개가 있습니다.",
    "흑백 화면 속, 해변에 개가 있습니다.",
    "환한 빛 속, 해변에 개가 있습니다.",
    "어둑한 빛 속, 해변에 개가 있습니다.",
)


@pytest.mark.parametrize(
    ("sentences", "language", "things"),
    [(REMARKED, "en", {"dog", "beach"}), (REMARKED_KOREAN, "ko", {"개", "해변"})],
)
def test_what_captions_remark_on_the_picture_becomes_no_keyword(
    reader: EmbeddingReader, sentences: tuple[str, ...], language: str, things: set[str]
) -> None:
    assert said(summed(reader, *sentences), language) == things
    for sentence in sentences:
        assert said(summed(reader, sentence), language) == things


def test_of_a_picture_of_colours_the_colours_are_left(reader: EmbeddingReader) -> None:
    english = summed(reader, "Mostly red and blue.")
    assert said(english, "en") == {"red", "blue"}
    korean = summed(reader, "빨간색과 파란색이 대부분인 화면입니다.")
    assert said(korean, "ko") == {"빨간색", "파란색"}


def test_the_light_of_a_lamp_and_a_warm_coat_are_things(reader: EmbeddingReader) -> None:
    found = summed(reader, "A lamp gives light to a woman in a warm coat.")
    assert {"light", "warm", "coat"} <= {word.text for word in found.keywords}


def test_korean_sentences_give_korean_keywords(reader: EmbeddingReader) -> None:
    found = summed(reader, "갈색 개가 풀밭을 달리고 있습니다.", "풀밭에서 개가 놀고 있습니다.")
    assert {(word.text, word.language) for word in found.keywords[:2]} == {
        ("개", "ko"),
        ("풀밭", "ko"),
    }
    assert "달리다" not in said(found, "ko")


def test_keywords_stand_in_both_languages(reader: EmbeddingReader) -> None:
    korean = summed(reader, "노을이 지는 바다에 등대가 있습니다.")
    assert {"sunset glow", "sea", "lighthouse"} <= said(korean, "en")
    english = summed(reader, "A lighthouse by the sea at sunset.")
    assert {"등대", "바다", "노을"} <= said(english, "ko")


def test_the_sentence_that_says_what_most_say_ranks_first(reader: EmbeddingReader) -> None:
    ranks = summed(reader, CITY[0], *DOGS, "A dog runs after a ball on the grass.").ranks
    assert len(ranks) == 4
    assert max(ranks) == 1.0
    assert ranks[0] == min(ranks)


def test_korean_and_english_lift_each_other(reader: EmbeddingReader) -> None:
    ranks = summed(reader, DOGS[0], "갈색 개가 풀밭을 달리고 있습니다.", CITY[0]).ranks
    assert ranks[2] == min(ranks)


def test_equal_sentences_rank_alike_and_a_heavy_one_higher(reader: EmbeddingReader) -> None:
    equal = summed(reader, DOGS[0], CITY[0], DOGS[0]).ranks
    assert equal[0] == equal[2]
    light = summed(reader, DOGS[0], CITY[0]).ranks
    heavy = summed(reader, DOGS[0], CITY[0], weights=(1.0, 5.0)).ranks
    assert light[0] == pytest.approx(light[1])
    assert heavy[1] == 1.0 > heavy[0]


def test_equal_sentences_weigh_together(reader: EmbeddingReader) -> None:
    twice = summed(reader, DOGS[0], CITY[0], f" {DOGS[0].upper()}")
    once = summed(reader, DOGS[0], CITY[0], weights=(2.0, 1.0))
    assert twice.groups[0].sentences == (0, 2)
    assert twice.groups[0].share == pytest.approx(once.groups[0].share)
    assert twice.keywords == once.keywords
    assert twice.whole.moods == pytest.approx(once.whole.moods, abs=1e-3)


def test_the_heavier_group_comes_first_and_lifts_its_words(reader: EmbeddingReader) -> None:
    found = summed(reader, *DOGS, *CITY, weights=(1.0, 1.0, 5.0, 5.0))
    assert found.groups[0].sentences == (2, 3)
    assert found.keywords[0].text in {"city", "night"}


def test_the_whole_leans_to_what_weighs_more(reader: EmbeddingReader) -> None:
    happy = "Happy children laugh at a joyful party."
    glad = summed(reader, happy, SAD, weights=(9.0, 1.0)).whole
    low = summed(reader, happy, SAD, weights=(1.0, 9.0)).whole
    assert glad.affect.valence > low.affect.valence
    assert glad.mood("joyful") > low.mood("joyful")
    assert np.linalg.norm(glad.embedding) == pytest.approx(1.0, abs=1e-5)


def test_one_sentence_is_its_own_whole(reader: EmbeddingReader) -> None:
    found = summed(reader, SAD)
    (reading,) = found.readings
    assert found.whole.moods == pytest.approx(reading.moods)
    assert found.whole.affect.valence == pytest.approx(reading.affect.valence)
    assert found.whole.understood_as == reading.understood_as.rstrip(".")
    assert found.groups[0].share == 1.0


def test_the_same_sentences_give_the_same_summary(reader: EmbeddingReader) -> None:
    first, second = (summed(reader, *DOGS, *CITY, SAD) for _ in range(2))
    assert first.keywords == second.keywords
    assert first.groups == second.groups


def test_there_are_at_most_so_many_keywords(reader: EmbeddingReader) -> None:
    many = " ".join(f"a zw{chr(97 + a)}{chr(97 + b)}" for a in range(6) for b in range(6))
    found = summed(reader, many)
    assert len(found.keywords) == MAX_SUMMARY_KEYWORDS
    assert len(found.groups[0].keywords) == MAX_GROUP_KEYWORDS


def test_sentences_of_marks_alone_have_no_keywords(reader: EmbeddingReader) -> None:
    found = summed(reader, "!!!", "7")
    assert found.keywords == ()
    assert sorted(index for group in found.groups for index in group.sentences) == [0, 1]


LIMITS = SentenceLimits(sentences=2, characters=10)


@pytest.mark.parametrize(
    ("sentences", "error", "field", "said"),
    [
        ([], MissingError, "sentences", "1 to 2"),
        ([Sentence("a")] * 3, FieldError, "sentences", "2 sentences"),
        ([Sentence("a"), Sentence(" ")], MissingError, "sentences[1].text", "empty"),
        ([Sentence("a" * 11)], FieldError, "sentences[0].text", "10 characters"),
        ([Sentence("a", 0.0)], FieldError, "sentences[0].weight", "above 0"),
        ([Sentence("a", 1_000_001.0)], FieldError, "sentences[0].weight", "1,000,000"),
        ([Sentence("a", float("nan"))], FieldError, "sentences[0].weight", "above 0"),
    ],
)
def test_a_rejection_names_the_field(
    sentences: list[Sentence], error: type[FieldError], field: str, said: str
) -> None:
    with pytest.raises(error) as caught:
        checked_sentences(sentences, LIMITS)
    assert caught.value.field == field
    assert said in caught.value.description
