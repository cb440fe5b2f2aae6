"""However long a sound is, hardly more than its samples is held, and those not for long."""

import io
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
import soundfile
import soxr

from services.audio_features.backends.decoding import Limits, decode
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.patches import (
    PATCH_SAMPLES,
    RATE,
    patch_count,
    patches,
    resampled,
    stretches,
)
from services.audio_features.backends.sections import sections_of
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
    network.listen(long[:SAMPLE_RATE], 1.0)
    assert most_mib(lambda: network.listen(long, 60.0 * MINUTES)) < 0.5 * WHOLE_MIB


def test_a_decoded_sound_is_held_once() -> None:
    file = io.BytesIO()
    soundfile.write(file, noise(60 * MINUTES), SAMPLE_RATE, format="WAV")
    data, limits = file.getvalue(), Limits(200 * MEBIBYTE, 900)
    assert most_mib(lambda: decode(data, limits)) < 1.4 * WHOLE_MIB


def test_what_is_cut_out_to_be_measured_does_not_hold_the_rest() -> None:
    sections = sections_of(noise(200), 60)
    assert all(part.base is None for part in sections.parts)
    assert sum(len(part) for part in sections.parts) == 60 * SAMPLE_RATE


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
    np.testing.assert_allclose(np.concatenate(list(resampled(samples))), at_once, atol=1e-4)
