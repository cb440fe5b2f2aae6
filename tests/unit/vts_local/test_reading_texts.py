"""Moods of texts from the plain library."""

from collections.abc import Iterator

import numpy as np
import pytest

from vts.moods import MOODS
from vts_local import MoodReader


@pytest.fixture(scope="module")
def reader() -> Iterator[MoodReader]:
    with MoodReader() as opened:
        yield opened


def test_a_sad_sentence_is_below_a_happy_one(reader: MoodReader) -> None:
    sad, happy = reader.read(["rainy drive home, a bit sad", "dancing with friends, so happy!"])
    assert sad.valence < happy.valence
    assert sad.moods["sad"] > happy.moods["sad"]


def test_every_mood_is_told_by_its_id(reader: MoodReader) -> None:
    reading = reader.read("a quiet evening by the sea")
    assert tuple(reading.moods) == MOODS
    assert all(0.0 <= score <= 1.0 for score in reading.moods.values())
    assert np.linalg.norm(reading.embedding) == pytest.approx(1.0, abs=1e-4)


def test_korean_is_read_as_english_is(reader: MoodReader) -> None:
    reading = reader.read("비 오는 밤, 조금 슬프다")
    assert reading.language == "ko"
    assert reading.valence < 0
    assert reading.keywords


def test_a_list_may_be_longer_than_what_is_read_together(reader: MoodReader) -> None:
    texts = [f"street number {number}" for number in range(130)]
    readings = reader.read(texts)
    assert len(readings) == 130
    assert readings[129].embedding == pytest.approx(reader.read(texts[129]).embedding, abs=1e-4)


def test_one_bad_text_of_many_is_named_by_its_place(reader: MoodReader) -> None:
    with pytest.raises(ValueError, match=r"texts\[100\] is empty"):
        reader.read([*(f"street number {number}" for number in range(100)), " "])


def test_a_wish_for_change_is_told_from_a_state(reader: MoodReader) -> None:
    change, state = reader.read(["less sad", "sad"])
    assert change.comparative
    assert not state.comparative
    assert change.valence > 0 > state.valence


def test_a_reading_says_why_in_both_languages(reader: MoodReader) -> None:
    reasons = reader.read("so happy today").reasons
    assert "happy" in reasons["en"]
    assert "happy" in reasons["ko"]


def test_readers_need_a_thread() -> None:
    with pytest.raises(ValueError, match="threads must be 1 or more"):
        MoodReader(threads=0)


def test_no_texts_are_no_readings(reader: MoodReader) -> None:
    assert reader.read([]) == []


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [("  ", "", "texts"), ("a" * 2001, "", "2000"), ("a", "fr", "en")],
)
def test_what_cannot_be_read_is_said(
    reader: MoodReader, text: str, language: str, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        reader.read(text, language=language)
