"""Moments: captions that say the same are told once."""

import pytest

from services.captioner.domain import Caption, Moment, Sentence
from services.captioner.moments import alike, likeness, merged


def said(text: str, confidence: float = 0.5) -> Caption:
    return Caption(Sentence(text, text), confidence)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A dog runs on the beach.", "The dog runs over a beach!"),
        ("A garden, shown in warm colours.", "A garden in bright light."),
        ("A.", "A."),
    ],
)
def test_captions_with_the_same_words_are_alike(one: str, other: str) -> None:
    assert alike(said(one), said(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("A dog runs on the beach.", "A child runs on the grass."), ("A.", "The."), ("A cat.", "")],
)
def test_captions_about_something_else_are_not(one: str, other: str) -> None:
    assert not alike(said(one), said(other))


def test_likeness_is_the_share_of_common_words() -> None:
    assert likeness(said("A brown dog runs."), said("A dog sleeps.")) == pytest.approx(1 / 4)
    assert likeness(said("Dogs."), said("Cats.")) == 0.0


def test_of_equals_the_surest_is_kept_in_its_place() -> None:
    moments = [
        Moment(1.0, said("A dog runs.", 0.5)),
        Moment(2.0, said("A boat.", 0.6)),
        Moment(3.0, said("The dog runs.", 0.9)),
    ]
    assert merged(moments) == (moments[1], moments[2])


def test_nothing_is_merged_into_nothing() -> None:
    assert merged([]) == ()
