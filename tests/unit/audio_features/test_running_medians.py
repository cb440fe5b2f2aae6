"""Running medians are scipy's to the bit, and right where scipy's are not: in short rows."""

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import median_filter

from services.audio_features.backends.engine.medians import mirrored, running_medians
from services.audio_features.backends.engine.networks import median_network
from services.audio_features.domain import Floats
from tests.unit.audio_features.sounds import music

MATRICES = arrays(
    np.float32,
    st.tuples(st.integers(1, 70), st.integers(1, 80)),
    elements=st.floats(0, 2.0**100, width=32),
)


def medians(rows: Floats, window: int) -> Floats:
    reach = window // 2
    return running_medians(rows, mirrored(-reach, len(rows) + reach, len(rows)), window)


@settings(max_examples=60, deadline=None)
@given(rows=MATRICES, window=st.sampled_from([3, 7, 15, 31]))
def test_medians_are_the_middle_of_their_windows(rows: Floats, window: int) -> None:
    padded = np.pad(rows, ((window // 2, window // 2), (0, 0)), mode="symmetric")
    ordered = np.sort(sliding_window_view(padded, window, axis=0), axis=-1)
    np.testing.assert_array_equal(medians(rows, window), ordered[..., window // 2])


@pytest.mark.parametrize("shape", [(16, 1), (31, 7), (17, 130), (400, 65)])
def test_medians_are_scipys_to_the_bit(shape: tuple[int, int]) -> None:
    rows = np.abs(np.random.default_rng(0).normal(size=shape)).astype(np.float32)
    expected = median_filter(rows, size=(31, 1), mode="reflect")
    np.testing.assert_array_equal(medians(rows, 31), expected)


def test_both_medians_of_a_spectrogram_are_librosas_to_the_bit() -> None:
    spectrogram = np.abs(librosa.stft(music(3))).T
    bins_first = np.ascontiguousarray(spectrogram.T)
    harmonic = median_filter(bins_first, size=(1, 31), mode="reflect")
    percussive = median_filter(bins_first, size=(31, 1), mode="reflect")
    np.testing.assert_array_equal(medians(spectrogram, 31), harmonic.T)
    np.testing.assert_array_equal(medians(bins_first, 31), percussive)


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
