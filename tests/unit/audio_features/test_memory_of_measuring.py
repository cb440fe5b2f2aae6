"""However long a sound is, measuring it takes hardly more memory than a short one."""

import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from services.audio_features.backends.engine import measuring, tables
from services.audio_features.backends.measurement import measure_recording
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.sequences import chroma_sequence, mfcc_sequence
from services.audio_features.domain import SAMPLE_RATE

MEBIBYTE = 1 << 20
SHORT, LONG = 30, 240


def most_mib(seconds: int, folder: Path) -> float:
    """The most memory that measuring takes, where next to nothing may stay in memory."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(10 * SAMPLE_RATE, np.float32)
    with Recording(folder, memory_bytes=MEBIBYTE) as recording:
        for _ in range(seconds // 10):
            recording.append(noise)
        tracemalloc.start()
        try:
            with closing(measure_recording(recording, folder=folder)) as measurement:
                measurement.summaries()
                mfcc_sequence(measurement)
                chroma_sequence(measurement)
            return tracemalloc.get_traced_memory()[1] / MEBIBYTE
        finally:
            tracemalloc.stop()


def test_a_sound_eight_times_as_long_takes_hardly_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tables, "MEMORY_BYTES", MEBIBYTE)
    monkeypatch.setattr(measuring, "KEPT_FRAMES", 0)
    short, long = most_mib(SHORT, tmp_path), most_mib(LONG, tmp_path)
    assert long < short + 20
    assert long < 120
    assert list(tmp_path.iterdir()) == []
