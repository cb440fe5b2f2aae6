"""However long a sound is, hardly more than its samples is held, and those not for long."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr

from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.patches import (
    PATCH_SAMPLES,
    RATE,
    patch_count,
    patches,
    stretches,
)
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats

MEBIBYTE = 1024 * 1024
MINUTES = 6
WHOLE_MIB = MINUTES * 60 * SAMPLE_RATE * 4 / MEBIBYTE


def noise(seconds: float, rate: int = SAMPLE_RATE) -> Floats:
    generator = np.random.default_rng(0)
    return 0.1 * generator.standard_normal(round(seconds * rate), np.float32)


def most_mib(call: Callable[[], object]) -> float:
    """The most memory that a call took beyond what there was."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / MEBIBYTE
    finally:
        tracemalloc.stop()


def test_a_long_sound_is_listened_to_in_pieces() -> None:
    network, long = ListeningNetwork(SHIPPED_NETWORK, 1), noise(60 * MINUTES)
    with Recording.of(long[:SAMPLE_RATE]) as second:
        network.listen(second, -20.0)
    with Recording.of(long) as recording:
        assert most_mib(lambda: network.listen(recording, -20.0)) < 0.5 * WHOLE_MIB


def test_long_sound_lies_in_a_file_without_a_name(tmp_path: Path) -> None:
    def filled() -> None:
        for _ in range(6 * MINUTES):
            recording.append(minute_part)

    minute_part = noise(10)
    with Recording(tmp_path, memory_bytes=MEBIBYTE) as recording:
        assert most_mib(filled) < 4
        assert recording.seconds == 60 * MINUTES
        assert list(tmp_path.iterdir()) == []
        np.testing.assert_array_equal(recording.samples(-5, len(minute_part)), minute_part)
        whole = np.concatenate(list(recording.pieces(100_000)))
        np.testing.assert_array_equal(whole, np.tile(minute_part, 6 * MINUTES))


@pytest.mark.parametrize("patch_number", [0.3, 0.6, 4.0, 4.4, 4.6, 12.55, 8.0, 8.5])
def test_stretches_have_the_patches_of_the_whole(patch_number: float) -> None:
    samples = noise(patch_number * PATCH_SAMPLES / RATE, RATE)
    pieces = np.array_split(samples, 3)
    parts = [patches(each, patch_count(each)) for each in stretches(pieces, 4)]
    whole = patches(samples, patch_count(samples))
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert all(len(part) == 4 for part in parts[:-1])


def test_resampling_in_pieces_changes_nothing_that_can_be_heard() -> None:
    samples = noise(47)
    at_once = soxr.resample(samples, SAMPLE_RATE, RATE)
    with Recording.of(samples) as recording:
        in_pieces = np.concatenate(list(recording.at(RATE)))
    np.testing.assert_allclose(in_pieces, at_once, atol=1e-4)
