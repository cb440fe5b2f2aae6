"""What a summary tells of how its sentences were read."""

from dataclasses import replace

import pytest

from services.mood.backends.fake import FakeReader
from services.mood.domain import NoteCode, Sentence, Text
from services.mood.summarising import summary

GUESS, FALLBACK = NoteCode.LITTLE_UNDERSTOOD, NoteCode.MOOD_FALLBACK

Notes = tuple[NoteCode, ...]


@pytest.mark.parametrize(
    ("heavy", "light", "whole"),
    [
        ((), (), ()),
        ((), (FALLBACK,), (FALLBACK,)),
        ((FALLBACK,), (), (FALLBACK,)),
        ((), (GUESS,), ()),
        ((GUESS,), (), (GUESS,)),
        ((), (GUESS, FALLBACK), (FALLBACK,)),
        ((GUESS,), (FALLBACK,), (GUESS, FALLBACK)),
    ],
)
def test_one_fallback_is_told_and_guesses_if_they_weigh_most(
    heavy: Notes, light: Notes, whole: Notes
) -> None:
    texts = [Text("brown horses"), Text("quiet rivers")]
    reader = FakeReader()
    readings = [
        replace(reading, notes=notes)
        for reading, notes in zip(reader.read(texts), (heavy, light), strict=True)
    ]
    sentences = [Sentence(texts[0].content, 100.0), Sentence(texts[1].content, 1.0)]
    assert summary(sentences, readings, reader.words(texts)).whole.notes == whole
