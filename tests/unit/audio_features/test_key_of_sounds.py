"""The key is found for all 24, from cadences, and none is claimed where there is none."""

import numpy as np
import pytest

from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.tonality import Numbers, estimate_key, key_fits
from services.audio_features.domain import SAMPLE_RATE, TONICS, Floats

CADENCES = {
    "major": [(0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)],
    "minor": [(0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)],
}


def cadence(tonic: int, mode: str) -> Floats:
    """I IV V I as plain harmonic tones, a second each."""
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    decay = np.exp(-2 * time)
    chords = [
        sum(
            np.sin(2 * np.pi * 261.63 * 2 ** ((tonic + step) / 12) * partial * time) / partial**2
            for step in chord
            for partial in (1, 2, 3)
        )
        * decay
        for chord in CADENCES[mode]
    ]
    return (0.1 * np.concatenate(chords)).astype(np.float32)


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(0, 12, 3))
def test_a_cadence_gives_its_key(tonic: int, mode: str) -> None:
    key = estimate_key(measure_sound(cadence(tonic, mode)).pitch_classes)
    assert key is not None
    assert (key.tonic, key.mode) == (TONICS[tonic], mode)
    assert 0 < key.confidence <= 1


def test_moving_every_note_moves_the_key() -> None:
    weights = np.array([5, 0, 2, 0, 4, 3, 0, 5, 0, 2, 0, 1.0])
    for steps in range(12):
        key = estimate_key(np.roll(weights, steps))
        assert key is not None
        assert (key.tonic, key.mode) == (TONICS[steps], "major")


@pytest.mark.parametrize("weights", [np.zeros(12), np.ones(12)])
def test_pitch_classes_that_are_all_alike_have_no_key(weights: Numbers) -> None:
    assert estimate_key(weights) is None
    assert key_fits(weights).tolist() == [0.0] * 24


def test_an_ambiguous_key_is_less_sure() -> None:
    clear = estimate_key(np.array([5, 0, 2, 0, 4, 3, 0, 5, 0, 2, 0, 1.0]))
    between = estimate_key(np.array([5, 0, 3, 0, 5, 3, 0, 5, 0, 5, 0, 3.0]))
    assert clear is not None
    assert between is not None
    assert between.confidence < clear.confidence
