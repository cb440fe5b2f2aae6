"""Six finite statistics of everything, and a vector that neither volume nor key changes."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.statistics import model_tables, model_vector, summarize
from services.audio_features.domain import SAMPLE_RATE
from tests.unit.audio_features.sounds import music


def test_statistics_are_numpys_and_scipys() -> None:
    values = np.random.default_rng(1).gamma(2, size=(3, 500)).astype(np.float32)
    summary = summarize(values, "Hz")
    assert summary.unit == "Hz"
    np.testing.assert_allclose(summary.mean, values.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(summary.standard_deviation, values.std(axis=1), rtol=1e-5)
    np.testing.assert_allclose(summary.skewness, scipy.stats.skew(values, axis=1), rtol=1e-4)
    for row, share in zip(summary.statistics()[3:], (0.1, 0.5, 0.9), strict=True):
        np.testing.assert_allclose(row, np.quantile(values, share, axis=1), rtol=1e-5)


def test_what_does_not_vary_has_no_skewness() -> None:
    summary = summarize(np.full((2, 50), 3.7, np.float32), "")
    assert summary.skewness.tolist() == [0, 0]
    assert summary.standard_deviation.tolist() == [0, 0]


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (2, 7), elements=st.floats(-1e6, 1e6, width=32)))
def test_statistics_of_finite_values_are_finite(values: np.ndarray) -> None:
    assert all(np.isfinite(row).all() for row in summarize(values, "").statistics())


def test_the_models_do_not_hear_the_volume() -> None:
    loud = measure_sound(music(4)).summaries()
    soft = measure_sound(music(4) * np.float32(0.05)).summaries()
    difference = np.abs(model_vector(loud) - model_vector(soft))
    assert difference.max() < 1e-2 * np.abs(model_vector(loud)).max()
    assert loud["rms"].mean[0] > 10 * soft["rms"].mean[0]


def test_the_models_hardly_hear_the_key() -> None:
    time = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    in_c, in_d = (
        sum(np.sin(2 * np.pi * hertz * time) for hertz in root * np.array([1, 1.26, 1.498]))
        for root in (261.63, 293.66)
    )
    tables = [
        model_tables(measure_sound((0.1 * chord).astype(np.float32)).summaries())
        for chord in (in_c, in_d)
    ]
    np.testing.assert_allclose(tables[0]["chroma_cqt"][0], tables[1]["chroma_cqt"][0], atol=0.08)
    assert "tonnetz" not in tables[0]


def test_the_vector_lays_every_table_end_to_end() -> None:
    features = measure_sound(music(1)).summaries()
    sizes = [table.size for table in model_tables(features).values()]
    assert model_vector(features).shape == (sum(sizes),)
    assert model_vector(features).dtype == np.float32


def test_a_clip_of_a_second_is_enough_for_every_statistic() -> None:
    features = measure_sound(music(0.5)).summaries()
    assert len(features["mfcc"].mean) == pytest.approx(20)
