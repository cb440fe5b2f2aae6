"""Mood words of tags and lists."""

import pytest

from vts.moods import MOODS
from vts.moods.words import is_mood, meaning_of


@pytest.mark.parametrize(
    ("words", "strongest"),
    [
        (["Melancholy"], "sad"),
        (["Aggresive"], "defiant"),
        (["aggressive"], "defiant"),
        (["chill-out"], "calm"),
        (["Weltschmerz"], "annoying"),
        (["몽환적인"], "dreamy"),
        (["party"], "energizing"),
        (["good natured"], "joyful"),
        (["rock", "1990s", "sad song"], "sad"),
        (["scary"], "scary"),
    ],
)
def test_words_of_every_vocabulary_are_understood(words: list[str], strongest: str) -> None:
    meaning = meaning_of(words)
    assert meaning is not None
    assert MOODS[meaning.moods.index(max(meaning.moods))] == strongest


@pytest.mark.parametrize(
    "word", ["", "rock", "christmas", "corporate", "not happy", "neutral", "G12", "cluster_1"]
)
def test_words_that_name_no_mood_mean_nothing(word: str) -> None:
    assert not is_mood(word)
    assert meaning_of([word]) is None


def test_a_word_said_twice_counts_once() -> None:
    assert meaning_of(["Sad", "sad"]) == meaning_of(["sad"])
