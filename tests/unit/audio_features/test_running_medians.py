"""Running medians are scipy's to the bit, whatever the shape and the values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import median_filter

from services.audio_features.backends.engine.medians import mirrored, running_medians
from services.audio_features.backends.engine.networks import median_network
from services.audio_features.domain import Floats

MATRICES = arrays(
    np.float32,
    st.tuples(st.integers(1, 70), st.integers(1, 80)),
    elements=st.floats(0, 1e30, width=32),
)


def medians(rows: Floats, window: int) -> Floats:
    reach = window // 2
    return running_medians(rows, mirrored(-reach, len(rows) + reach, len(rows)), window)


@settings(max_examples=60, deadline=None)
@given(rows=MATRICES, window=st.sampled_from([3, 7, 15, 31]))
def test_medians_are_scipys_to_the_bit(rows: Floats, window: int) -> None:
    expected = median_filter(rows, size=(window, 1), mode="reflect")
    np.testing.assert_array_equal(medians(rows, window), expected)


@pytest.mark.parametrize("shape", [(1, 1), (2, 65), (15, 64), (16, 1), (31, 7), (400, 130)])
def test_edges_short_and_long_rows_are_scipys(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    expected = median_filter(rows, size=(31, 1), mode="reflect")
    np.testing.assert_array_equal(medians(rows, 31), expected)


def test_constant_rows_stay_as_they_are() -> None:
    rows = np.full((50, 20), 0.25, np.float32)
    np.testing.assert_array_equal(medians(rows, 31), rows)


def test_a_network_compares_far_less_than_sorting_would() -> None:
    steps, found, values = median_network(31)
    assert len(found) == 16
    assert len(steps) / len(found) < 25
    assert values <= 64


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_rows_outside_are_mirrored_as_often_as_need_be(count: int) -> None:
    expected = np.pad(np.arange(count), 15, mode="symmetric")
    np.testing.assert_array_equal(mirrored(-15, count + 15, count), expected)
