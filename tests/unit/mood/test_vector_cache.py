"""A bounded memory of vectors."""

import numpy as np

from services.mood.backends.cache import VectorCache
from services.mood.domain import Vectors


class Counting:
    """Makes vectors of text lengths and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_a_text_is_computed_once() -> None:
    cache, compute = VectorCache(4), Counting()
    first = cache.get(["a", "bb", "a"], compute)
    second = cache.get(["bb", "ccc"], compute)
    assert first.ravel().tolist() == [1, 2, 1]
    assert second.ravel().tolist() == [2, 3]
    assert compute.asked == ["a", "bb", "ccc"]


def test_the_ones_used_longest_ago_are_forgotten() -> None:
    cache, compute = VectorCache(2), Counting()
    cache.get(["a", "bb"], compute)
    cache.get(["a"], compute)
    cache.get(["ccc"], compute)
    assert len(cache) == 2
    cache.get(["a", "ccc"], compute)
    assert compute.asked == ["a", "bb", "ccc"]


def test_more_texts_than_places_are_answered_all_the_same() -> None:
    cache, compute = VectorCache(1), Counting()
    assert cache.get(["a", "bb", "ccc"], compute).ravel().tolist() == [1, 2, 3]
    assert len(cache) == 1


def test_clearing_forgets_all() -> None:
    cache = VectorCache(2)
    cache.get(["a"], Counting())
    cache.clear()
    assert len(cache) == 0


def pairs(compute: Counting):
    """Makes both vectors of texts: their lengths, and the same below 0."""
    return lambda texts: ((made := compute(texts)), -made)


def test_both_vectors_of_a_text_are_computed_once() -> None:
    cache, compute = VectorCache(4), Counting()
    for _ in range(2):
        vectors, feelings = cache.get_both(["a", "bb"], pairs(compute))
        assert (vectors.ravel().tolist(), feelings.ravel().tolist()) == ([1, 2], [-1, -2])
    assert cache.get(["bb"], compute).ravel().tolist() == [2]
    assert compute.asked == ["a", "bb"]


def test_a_text_whose_feeling_was_not_asked_for_is_computed_for_it() -> None:
    cache, compute = VectorCache(4), Counting()
    cache.get(["a", "bb"], compute)
    cache.get_both(["bb"], pairs(compute))
    assert compute.asked == ["a", "bb", "bb"]
