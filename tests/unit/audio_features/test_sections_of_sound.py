"""Sound up to a minute is measured whole; of longer sound, sections from start to end."""

import numpy as np
import pytest

from services.audio_features.backends.librosa_features import MAX_MFCC_FRAMES, mfcc_sequence
from services.audio_features.backends.sections import Measurement, measure_sound, section_starts
from services.audio_features.backends.spectra import FRAME_SECONDS, Measured
from services.audio_features.domain import SAMPLE_RATE
from tests.unit.audio_features.sounds import music


@pytest.mark.parametrize("seconds", [0.5, 30, 60])
def test_short_sound_is_one_section(seconds: float) -> None:
    count = int(seconds * SAMPLE_RATE)
    assert section_starts(count, 120) == ([0], count)


@pytest.mark.parametrize(("seconds", "count"), [(61, 2), (95, 3), (120, 4), (600, 4)])
def test_long_sound_gives_sections_of_half_a_minute(seconds: float, count: int) -> None:
    whole = int(seconds * SAMPLE_RATE)
    starts, length = section_starts(whole, 120)
    assert length == 30 * SAMPLE_RATE
    assert len(starts) == count
    assert starts[0] == 0
    assert starts[-1] + length == whole


def test_a_budget_of_one_section_takes_the_middle() -> None:
    (start,), length = section_starts(90 * SAMPLE_RATE, 30)
    assert (start, length) == (30 * SAMPLE_RATE, 30 * SAMPLE_RATE)


def test_the_sections_are_summarised_together() -> None:
    measurement = measure_sound(np.tile(music(8), 8), 60)
    assert len(measurement.sections) == 2
    assert measurement.values("mfcc").shape[1] == 2 * (1 + 30 * SAMPLE_RATE // 512)
    assert 0 < measurement.harmonic_share < 1


@pytest.mark.parametrize("frames", [22, 1_292, 2_584, 20_000])
def test_the_mfcc_sequence_is_bounded_and_covers_the_sound(frames: int) -> None:
    mfcc = np.tile(np.arange(frames, dtype=np.float32), (20, 1))
    section = Measured({"mfcc": mfcc}, np.zeros(12), 1.0, 1.0)
    sequence = mfcc_sequence(Measurement((section,)))
    assert sequence.frames.shape[1] == 20
    assert len(sequence.frames) <= MAX_MFCC_FRAMES
    covered = len(sequence.frames) * sequence.step_seconds
    assert covered == pytest.approx(frames * FRAME_SECONDS, abs=sequence.step_seconds)
    assert sequence.frames[0, 0] == pytest.approx(
        mfcc[0, : round(sequence.step_seconds / FRAME_SECONDS)].mean()
    )
