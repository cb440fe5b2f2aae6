"""Windows cover a sound; each is read as a sound of its own would be, and silent ones as none."""

import itertools

import numpy as np
import pytest

from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.audio_features.backends.heads import mean_texture
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.patches import PATCH_SECONDS
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.backends.statistics import summarize
from services.audio_features.backends.window_statistics import statistics
from services.audio_features.backends.windows import (
    MAX_WINDOWS,
    felt_windows,
    heard_windows,
    window_frames,
    window_starts,
    window_vectors,
    windows_of,
)
from services.audio_features.domain import SAMPLE_RATE, Floats
from tests.unit.audio_features.sounds import music


def drawn_textures(seconds: float) -> Floats:
    shape = (round(seconds / PATCH_SECONDS), 128)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.6, 9.9, 10.0, 12.3, 15.0, 34.5, 600.0])
def test_windows_lie_five_seconds_apart_from_the_first_to_the_last_frame(seconds: float) -> None:
    frames = round(seconds / FRAME_SECONDS)
    starts, length = window_starts(frames), window_frames(frames)
    assert starts[0] == 0
    assert starts[-1] + length == frames
    steps = np.diff(starts) * FRAME_SECONDS
    assert steps[:-1] == pytest.approx(5, abs=0.02)
    assert (steps > 0).all()
    assert steps.size == 0 or steps[-1] < 5.02


def test_there_are_never_more_windows_than_the_contract_allows() -> None:
    starts = window_starts(round(5 * 3600 / FRAME_SECONDS))
    assert len(starts) == MAX_WINDOWS
    assert all(one < other for one, other in itertools.pairwise(starts))


def test_statistics_of_many_windows_are_those_of_each() -> None:
    values = np.random.default_rng(0).normal(-30, 12, (3, 7, 431)).astype(np.float32)
    values[1, 2] = 0.25  # varies not at all
    together = statistics(values)
    for window, rows in enumerate(values):
        alone = np.stack(summarize(rows, "").statistics())
        np.testing.assert_allclose(together[:, window], alone, rtol=1e-4, atol=2e-5)


def test_a_window_is_read_as_its_part_of_the_sound() -> None:
    measurement, textures = measure_sound(music(16)), drawn_textures(16)
    rows = window_vectors(measurement, textures)
    assert len(rows) == 3
    starts, length = window_starts(measurement.frames), window_frames(measurement.frames)
    first, last = (
        round(edge * FRAME_SECONDS / PATCH_SECONDS) for edge in (starts[1], starts[1] + length)
    )
    part = sound_vector(
        measurement.summaries(starts[1], starts[1] + length), mean_texture(textures[first:last])
    )
    np.testing.assert_allclose(rows[1], part, rtol=1e-3, atol=1e-3)


def test_silent_windows_feel_like_nothing() -> None:
    samples = np.concatenate([music(16), np.zeros(12 * SAMPLE_RATE, np.float32)])
    measurement, textures = measure_sound(samples), drawn_textures(28)
    felt = felt_windows(
        windows_of(measurement),
        window_vectors(measurement, textures),
        heard_windows(measurement),
        load_model(SHIPPED_MODEL),
    )
    assert felt[0].start == 0
    assert felt[-1].end == pytest.approx(len(samples) / SAMPLE_RATE, abs=0.05)
    assert felt[0].feeling is not None
    assert felt[-1].feeling is None
