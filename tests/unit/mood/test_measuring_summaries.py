"""The figures that summaries are measured by."""

import pytest

from training.mood.summaries import (
    nouns,
    precision_and_recall,
    rand_index,
    shared_nouns,
    singular,
)


def test_nouns_are_told_by_the_glossary_and_are_no_verbs() -> None:
    assert nouns("Two dogs run through the green grass with a ball .") == {"dog", "grass", "ball"}


def test_shared_nouns_are_in_two_captions_at_least() -> None:
    captions = ["a dog on grass", "dogs in the grass", "a boy", "a dog dog dog"]
    assert shared_nouns(captions) == {"dog", "grass"}


def test_an_irregular_plural_has_its_singular() -> None:
    assert [singular(word) for word in ("men", "children", "dog", "zyx")] == [
        "man",
        "child",
        "dog",
        "zyx",
    ]


def test_precision_and_recall() -> None:
    precision, recall = precision_and_recall(["dog", "cat", "tree"], {"dog", "ball"})
    assert precision == pytest.approx(1 / 3)
    assert recall == 0.5
    assert precision_and_recall([], {"dog"}) == (0.0, 0.0)


def test_equal_groups_have_a_rand_index_of_one_whatever_they_are_called() -> None:
    assert rand_index([0, 0, 1, 1], [7, 7, 3, 3]) == 1.0


def test_the_rand_index_of_one_group_against_two_is_no_better_than_chance() -> None:
    assert rand_index([0, 0, 0, 0], [0, 0, 1, 1]) == 0.0
