"""Texts nobody should send, read by the real reader: an answer, and never surer than it can be."""

import json
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.mood.backends.embedding import FOREIGN_UNDERSTOOD, LITTLE_UNDERSTOOD, EmbeddingReader
from services.mood.cleaning import readable_share
from services.mood.domain import MissingError, NoteCode, Reading, TextLimits, checked_texts

LIMITS = TextLimits()
LANGUAGES = st.sampled_from(["", "en", "ko"])
PIECES = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        ["calm", "not sad", "조용한 밤", "грустная песня", "静かな夜", "😢", "\u202e", "ㅋㅋ"]
    ),
)
SOON_SECONDS = 5.0


@pytest.fixture(scope="module")
def reader() -> Iterator[EmbeddingReader]:
    made = EmbeddingReader(threads=1, cache_entries=16)
    made.load()
    yield made
    made.close()


def read(reader: EmbeddingReader, text: str, language: str = "") -> Reading:
    return reader.read(checked_texts([text], language, LIMITS))[0]


@given(pieces=st.lists(PIECES, min_size=1, max_size=8), language=LANGUAGES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_reading_is_no_surer_than_what_could_be_read(
    reader: EmbeddingReader, pieces: list[str], language: str
) -> None:
    try:
        (text,) = checked_texts([" ".join(pieces)], language, LIMITS)
    except MissingError:
        return
    reading = reader.read([text])[0]
    share = readable_share(text.content)
    assert reading.affect.confidence <= share + 1e-9
    if reading.language == "und":
        assert reading.affect.confidence <= FOREIGN_UNDERSTOOD
    if share < LITTLE_UNDERSTOOD or reading.language == "und":
        assert NoteCode.LITTLE_UNDERSTOOD in reading.notes
    assert all(0 <= score <= 1 for score in reading.moods)
    assert np.linalg.norm(reading.embedding) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("грустная песня", ""),
        ("грустная песня", "en"),
        ("静かな夜の曲", ""),
        ("静かな夜の曲", "ko"),
        ("hüzünlü bir gece şarkısı", ""),
        ("une chanson très triste", ""),
        ("أغنية حزينة", "en"),
        ("😢😢😢", ""),
        ("a" * 2000, ""),
        ("qwrt" * 500, "en"),
        ("가" * 2000, "ko"),
    ],
)
def test_what_is_hardly_understood_is_said_to_be_so(
    reader: EmbeddingReader, text: str, language: str
) -> None:
    reading = read(reader, text, language)
    assert reading.affect.confidence <= FOREIGN_UNDERSTOOD
    assert NoteCode.LITTLE_UNDERSTOOD in reading.notes


@pytest.mark.parametrize(
    ("hidden", "plain"),
    [
        ("s\u200ba\u200bd r\u00adain", "sad rain"),
        ("\u202esad rain\u202c", "sad rain"),
        ("s\u0336a\u0336d\u0336 rain", "sad rain"),
        ("𝓼𝓪𝓭 ｒａｉｎ", "sad rain"),
        ("조용한\u3164밤", "조용한밤"),
        ("\u110c\u1169\u110b\u116d\u11bc\u1112\u1161\u11ab 밤", "조용한 밤"),
    ],
)
def test_how_it_is_typed_changes_nothing(reader: EmbeddingReader, hidden: str, plain: str) -> None:
    one, other = read(reader, hidden), read(reader, plain)
    assert one.moods == pytest.approx(other.moods, abs=1e-4)
    assert one.language == other.language


def test_korean_and_english_in_one_text_are_both_understood(reader: EmbeddingReader) -> None:
    reading = read(reader, "오늘은 너무 슬퍼서 calm music 듣고 싶어")
    assert reading.mood("sad") > 0.3
    assert reading.mood("calm") > 0.3


@pytest.mark.parametrize(
    "text", ["슬프 " * 600, "a b " * 500, "ㅋ" * 2000, ", " * 1000, "😢" * 2000]
)
def test_a_long_text_is_read_soon(reader: EmbeddingReader, text: str) -> None:
    began = time.monotonic()
    read(reader, text)
    assert time.monotonic() - began < SOON_SECONDS


def test_a_lone_surrogate_of_json_is_no_trouble(reader: EmbeddingReader) -> None:
    assert read(reader, json.loads(r'"calm \ud83d night"')).understood_as == "calm night"
