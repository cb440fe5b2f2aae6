"""The two sequences of a sound are in step, cover all of it, and have one step for all lengths."""

import numpy as np
import pytest

from services.audio_features.backends.measurement import Measurement, measure_sound
from services.audio_features.backends.sequences import (
    POOLED_FRAMES,
    STEP_SECONDS,
    chroma_sequence,
    mfcc_sequence,
)
from services.audio_features.backends.spectra import FRAME_SECONDS
from tests.unit.audio_features.sounds import music


@pytest.fixture(scope="module", params=[0.5, 6.0])
def measurement(request: pytest.FixtureRequest) -> Measurement:
    return measure_sound(music(request.param))


def test_the_step_is_93_ms_whatever_the_length(measurement: Measurement) -> None:
    mfcc = mfcc_sequence(measurement)
    assert mfcc.step_seconds == pytest.approx(0.0929, abs=1e-4)
    covered = len(mfcc.frames) * mfcc.step_seconds
    assert covered == pytest.approx(measurement.frames * FRAME_SECONDS, abs=STEP_SECONDS)


def test_mfcc_are_means_of_neighbouring_frames(measurement: Measurement) -> None:
    frames = mfcc_sequence(measurement).frames
    values = measurement.values("mfcc")
    np.testing.assert_allclose(frames[0], values[:, :POOLED_FRAMES].mean(axis=1), rtol=1e-5)
    rest = values[:, (len(frames) - 1) * POOLED_FRAMES :]
    np.testing.assert_allclose(frames[-1], rest.mean(axis=1), rtol=1e-5)


def test_chroma_is_in_step_and_of_length_one(measurement: Measurement) -> None:
    chroma, mfcc = chroma_sequence(measurement), mfcc_sequence(measurement)
    assert chroma.frames.shape == (len(mfcc.frames), 12)
    assert chroma.step_seconds == mfcc.step_seconds
    np.testing.assert_allclose(np.linalg.norm(chroma.frames, axis=1), 1, rtol=1e-5)
