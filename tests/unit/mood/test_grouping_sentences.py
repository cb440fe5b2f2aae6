"""Vectors are grouped by where they point, as many groups as there are, the same every time."""

import numpy as np
import pytest

from services.mood.clustering import Floats, grouped, k_means, silhouette
from services.mood.domain import Vectors


def bundle(*sizes: int, spread: float = 0.15) -> tuple[Vectors, Floats]:
    """Vectors around some directions far apart, as many around each as `sizes` say."""
    rng = np.random.default_rng(5)
    rows = []
    for axis, size in enumerate(sizes):
        middle = np.eye(32)[axis]
        rows += [middle + spread * rng.standard_normal(32) / np.sqrt(32) for _ in range(size)]
    vectors = np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)
    return vectors, np.ones(len(vectors))


@pytest.mark.parametrize("sizes", [(4, 4), (3, 5, 2), (2, 2, 2, 2, 2), (6, 2, 9, 3, 4, 2, 2, 2)])
def test_there_are_as_many_groups_as_directions(sizes: tuple[int, ...]) -> None:
    labels = grouped(*bundle(*sizes))
    truth = np.repeat(np.arange(len(sizes)), sizes)
    assert len({*zip(labels.tolist(), truth.tolist(), strict=True)}) == len(sizes)


def test_one_bundle_is_one_group() -> None:
    assert set(grouped(*bundle(7, spread=0.8)).tolist()) == {0}


def test_one_vector_is_one_group() -> None:
    assert grouped(*bundle(1)).tolist() == [0]


def test_vectors_of_which_no_two_are_alike_stand_alone() -> None:
    assert sorted(grouped(*bundle(1, 1, 1)).tolist()) == [0, 1, 2]


def test_two_that_are_alike_are_one_group() -> None:
    assert grouped(*bundle(2)).tolist() == [0, 0]


def test_grouping_twice_gives_the_same() -> None:
    vectors, weights = bundle(5, 5, 5, spread=0.9)
    assert grouped(vectors, weights).tolist() == grouped(vectors, weights).tolist()


def test_the_order_of_vectors_makes_no_difference() -> None:
    vectors, weights = bundle(4, 3, 5)
    order = np.random.default_rng(2).permutation(len(vectors))
    labels, moved = grouped(vectors, weights), grouped(vectors[order], weights[order])
    pairs = {*zip(labels[order].tolist(), moved.tolist(), strict=True)}
    assert len(pairs) == 3


def test_a_centre_lies_nearer_to_what_weighs_more() -> None:
    angles = np.array([0.0, 0.55, 1.2, 1.25])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    light, heavy = np.ones(4), np.array([9.0, 1.0, 1.0, 1.0])
    assert k_means(points, light, 2)[1] == k_means(points, light, 2)[0]
    assert k_means(points, heavy, 2)[1] == k_means(points, heavy, 2)[0]
    late = np.array([1.0, 1.0, 0.01, 9.0])
    assert k_means(points, late, 2)[2] == k_means(points, late, 2)[3]


def test_the_silhouette_is_that_of_the_definition() -> None:
    distances = np.array([[0, 1, 4, 5], [1, 0, 5, 4], [4, 5, 0, 2], [5, 4, 2, 0]], dtype=float)
    score = silhouette(distances, np.array([0, 0, 1, 1]), np.ones(4))
    assert score == pytest.approx((2 * (1 - 1 / 4.5) + 2 * (1 - 2 / 4.5)) / 4)


def test_who_is_alone_has_no_silhouette() -> None:
    distances = np.array([[0, 1, 4], [1, 0, 4], [4, 4, 0]], dtype=float)
    score = silhouette(distances, np.array([0, 0, 1]), np.ones(3))
    assert score == pytest.approx((0.75 + 0.75 + 0.0) / 3)
