"""Distances and paths are librosa's: whole, banded, and of a part of the longer sequence."""

from collections.abc import Callable
from typing import Any

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audio_features.backends import warping

Frames = np.ndarray

lengths = st.integers(1, 60)
widths = st.integers(1, 40)
shares = st.floats(0.05, 1.0)
seeds = st.integers(0, 10_000)


def drawn(frames: int, width: int, seed: int) -> Frames:
    steps = np.random.default_rng(seed).normal(size=(frames, width))
    return np.cumsum(steps, axis=0).astype(np.float32)


def cost_along(path: np.ndarray, first: Frames, second: Frames) -> float:
    pairs = first[path[:, 0]].astype(np.float64) - second[path[:, 1]]
    return float(np.linalg.norm(pairs, axis=1).sum())


def librosas(first: Frames, second: Frames, **options: Any) -> np.ndarray:
    exact = first.T.astype(np.float64), second.T.astype(np.float64)
    return librosa.sequence.dtw(*exact, backtrack=False, **options)


@settings(max_examples=60, deadline=None)
@given(lengths, lengths, widths, seeds)
def test_distances_are_librosas_and_paths_cost_them(n: int, m: int, width: int, seed: int) -> None:
    first, second = drawn(n, width, seed), drawn(m, width, seed + 1)
    alignment = warping.warp(first, second)
    assert alignment.distance == pytest.approx(float(librosas(first, second)[-1, -1]), rel=1e-5)
    assert cost_along(alignment.path, first, second) == pytest.approx(alignment.distance, rel=1e-5)
    assert alignment.path[0].tolist() == [0, 0]
    assert alignment.path[-1].tolist() == [n - 1, m - 1]
    steps = np.diff(alignment.path, axis=0)
    assert set(map(tuple, steps.tolist())) <= {(0, 1), (1, 0), (1, 1)}


@settings(max_examples=60, deadline=None)
@given(lengths, lengths, widths, shares, seeds)
def test_banded_distances_are_librosas_for_any_two_lengths(
    n: int, m: int, width: int, share: float, seed: int
) -> None:
    first, second = drawn(n, width, seed), drawn(m, width, seed + 1)
    radius = warping.band_width(share, n, m)
    # A band that librosa rounds to nothing is at least the diagonal here.
    options = {"global_constraints": True, "band_rad": (radius + 1e-9) / min(n, m)}
    expected = float(librosas(first, second, **options)[-1, -1])
    found = warping.distances(first, warping.packed([second, second]), share)
    assert found.tolist() == pytest.approx([expected, expected], rel=1e-5)
    alignment = warping.warp(first, second, radius)
    assert alignment.distance == pytest.approx(expected, rel=1e-5)
    drift = alignment.path[:, 1] - alignment.path[:, 0]
    assert drift.min() > -radius - max(0, n - m)
    assert drift.max() < radius + max(0, m - n)


@settings(max_examples=60, deadline=None)
@given(lengths, lengths, widths, seeds)
def test_a_part_is_found_where_librosa_finds_it(n: int, m: int, width: int, seed: int) -> None:
    part, whole = drawn(min(n, m), width, seed), drawn(max(n, m), width, seed + 1)
    expected = librosas(part, whole, subseq=True)[-1]
    span = warping.find(part, whole)
    assert span.distance == pytest.approx(float(expected.min()), rel=1e-5)
    assert float(expected[span.end]) == pytest.approx(span.distance, rel=1e-5)
    assert cost_along(span.path, part, whole) == pytest.approx(span.distance, rel=1e-5)
    assert span.path[0].tolist() == [0, span.start]
    assert span.path[-1].tolist() == [len(part) - 1, span.end]
    together, ends = warping.part_distances(part, warping.packed([whole]))
    assert (together[0], ends[0]) == (span.distance, span.end)


def test_a_stretched_part_is_found_to_the_frame() -> None:
    whole = drawn(300, 12, 3)
    span = warping.find(np.repeat(whole[120:180], 2, axis=0), whole)
    assert (span.start, span.end) == (120, 179)
    assert span.distance == 0


def test_distances_of_music_are_librosas(music: Callable[[int], Frames]) -> None:
    first, second = music(0), music(1)
    expected = librosas(first, second)
    assert warping.warp(first, second).distance == pytest.approx(float(expected[-1, -1]), rel=1e-5)


@pytest.fixture
def music() -> Callable[[int], Frames]:
    """MFCC of two phrases of a piano that decays, with its loudness of some -300 dB."""

    def phrase(seed: int) -> Frames:
        random = np.random.default_rng(seed)
        time = np.arange(22_050 * 4) / 22_050
        notes = 220 * 2 ** (random.integers(0, 24, 8) / 12)
        sound = np.sin(2 * np.pi * np.repeat(notes, len(time) // 8) * time)
        sound *= np.exp(-6 * (time % 0.5))
        return librosa.feature.mfcc(y=sound.astype(np.float32), sr=22_050).T.astype(np.float32)

    return phrase


def test_four_thousand_frames_against_as_many_give_their_path() -> None:
    first = drawn(4_000, 20, 1)
    second = first[::-1].copy()
    alignment = warping.warp(first, second)
    assert cost_along(alignment.path, first, second) == pytest.approx(alignment.distance, rel=1e-5)
