"""Sharing the transforms changes no value: every feature is what librosa's own function gives."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from services.audio_features.backends.measurement import Measurement, measure_sound
from services.audio_features.backends.spectra import DIMENSIONS, UNITS
from services.audio_features.domain import SAMPLE_RATE, Floats
from tests.unit.audio_features.librosas import LIBROSA
from tests.unit.audio_features.sounds import Samples, music, tone

EMOTIFY = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data")) / "emotify"


def clipped() -> Samples:
    return np.clip(6 * music(3, bpm=90, seed=3), -1, 1)


def fading() -> Samples:
    sound = music(5, seed=4)
    return sound * np.linspace(1, 0, len(sound), dtype=np.float32) ** 4


def with_silence() -> Samples:
    return np.concatenate([music(3), np.zeros(2 * SAMPLE_RATE, np.float32)])


SOUNDS: dict[str, Callable[[], Samples]] = {
    "music": lambda: music(6.0),
    "half a second": lambda: music(0.5),
    "a pure tone": lambda: tone(3, SAMPLE_RATE),
    "clipped": clipped,
    "fading": fading,
    "with silence": with_silence,
    "silence": lambda: np.zeros(SAMPLE_RATE, np.float32),
}


@cache
def measured(sound: str) -> tuple[Samples, Measurement]:
    samples = SOUNDS[sound]()
    return samples, measure_sound(samples)


def assert_equals_librosas(name: str, found: Floats, samples: Samples) -> None:
    expected = LIBROSA[name](samples)
    assert found.shape == expected.shape
    scale = float(np.abs(expected).max())
    if name in {"mfcc_delta", "mfcc_delta2"}:  # changes of what is 1,000 times as large
        scale = max(scale, 1e-3 * float(np.abs(LIBROSA["mfcc"](samples)).max()))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * scale)


def test_every_feature_is_compared() -> None:
    assert set(LIBROSA) == set(UNITS)


@pytest.mark.filterwarnings("ignore:n_fft=", "ignore:Trying to estimate tuning")
@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("name", UNITS)
def test_a_feature_equals_librosas(name: str, sound: str) -> None:
    samples, measurement = measured(sound)
    assert_equals_librosas(name, measurement.values(name), samples)


@pytest.mark.training_data
@pytest.mark.skipif(not EMOTIFY.exists(), reason="needs the training data's Emotify")
@pytest.mark.parametrize("genre", ["classical", "electronic", "pop", "rock"])
def test_features_of_recorded_music_equal_librosas(genre: str) -> None:
    path = sorted(EMOTIFY.glob(f"**/{genre}*.ogg"))[7]
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = np.asarray(soxr.resample(sound.mean(axis=1), rate, SAMPLE_RATE), np.float32)
    measurement = measure_sound(samples, threads=2)
    for name in UNITS:
        assert_equals_librosas(name, measurement.values(name), samples)


@pytest.mark.parametrize("seconds", [0.5, 0.7, 1.0, 2.9])
def test_short_sound_gives_finite_features(seconds: float) -> None:
    measurement = measure_sound(music(seconds))
    for name in UNITS:
        assert np.isfinite(measurement.values(name)).all(), name


def test_every_feature_has_the_dimensions_that_are_told() -> None:
    measurement = measured("music")[1]
    shapes = {name: measurement.values(name).shape for name in UNITS}
    assert shapes == {name: (count, measurement.frames) for name, count in DIMENSIONS.items()}
