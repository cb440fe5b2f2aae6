"""Sounds are compared dimension by dimension alike, whatever their tempo."""

import numpy as np
import pytest

from services.audio_features.alignment import align


def sequence(frames: int, seed: int, width: int = 20) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(size=(frames, width))
    return np.asarray(np.cumsum(steps, axis=0), np.float64)


def test_a_sound_is_at_no_distance_from_itself() -> None:
    alignment = align(sequence(50, 0).astype(np.float32), sequence(50, 0).astype(np.float32))
    assert alignment.distance == 0
    assert alignment.path.tolist() == [[i, i] for i in range(50)]


def test_a_slower_performance_is_nearer_than_another_piece() -> None:
    piece = sequence(60, 1).astype(np.float32)
    slower = np.repeat(piece, 2, axis=0)
    other = sequence(120, 2).astype(np.float32)
    assert align(piece, slower).normalized_distance < 1e-6
    assert align(piece, other).normalized_distance > 0.1


def test_the_order_of_the_two_does_not_change_the_distance() -> None:
    one, other = sequence(30, 5).astype(np.float32), sequence(44, 6).astype(np.float32)
    assert align(one, other).distance == pytest.approx(align(other, one).distance)


def test_a_large_dimension_counts_no_more_than_a_small_one() -> None:
    one, other = sequence(30, 7).astype(np.float32), sequence(30, 8).astype(np.float32)
    scale = np.array([1000.0] + [1.0] * 19, np.float32)
    expected = align(one, other).distance
    assert align(one * scale, other * scale).distance == pytest.approx(expected, rel=1e-4)


def test_dimensions_that_never_change_are_no_obstacle() -> None:
    flat = np.ones((5, 3), np.float32)
    assert align(flat, flat[:2]).distance == 0
