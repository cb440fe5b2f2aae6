"""Loudness follows ITU-R BS.1770, and silence has a floor instead of an infinity."""

import numpy as np
import pyloudnorm
import pytest

from services.audio_features.backends.loudness import (
    dynamic_range_db,
    integrated_loudness,
    is_silent,
)
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, SILENCE_LUFS
from tests.unit.audio_features.sounds import Samples, music, tone


def loudness(samples: Samples) -> float:
    with Recording.of(samples) as recording:
        return integrated_loudness(recording)


@pytest.mark.parametrize("seconds", [0.5, 8.0, 8.04, 8.06, 60.0])
def test_it_equals_pyloudnorms_for_a_stereo_file_whose_sides_agree(seconds: float) -> None:
    samples = music(seconds)
    meter = pyloudnorm.Meter(SAMPLE_RATE)
    expected = meter.integrated_loudness(np.stack([samples, samples], axis=1))
    assert loudness(samples) == pytest.approx(expected, abs=1e-6)


def test_a_full_scale_kilohertz_in_both_loudspeakers_is_at_zero() -> None:
    full_scale = 2 * tone(5, SAMPLE_RATE, 1_000)
    assert loudness(full_scale) == pytest.approx(0.0, abs=0.1)


def test_silence_has_the_floor() -> None:
    assert loudness(np.zeros(SAMPLE_RATE, np.float32)) == SILENCE_LUFS
    assert loudness(1e-6 * tone(2, SAMPLE_RATE)) == SILENCE_LUFS


def test_halving_the_level_of_a_half_is_six_decibels_of_range() -> None:
    rms = np.concatenate([np.full(100, 0.1, np.float32), np.full(100, 0.2, np.float32)])
    assert dynamic_range_db(rms) == pytest.approx(6.02, abs=0.01)
    assert dynamic_range_db(np.zeros(10, np.float32)) == 0


def test_only_what_cannot_be_heard_is_silent() -> None:
    assert is_silent(np.full((1, 50), 1e-5))
    assert not is_silent(np.append(np.zeros(50), 1e-3))
