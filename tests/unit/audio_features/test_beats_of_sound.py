"""Beats fall where librosa's tracker puts them, and on the clicks of a click track."""

import librosa
import numpy as np
import pytest

from services.audio_features.backends.beats import beat_frames, beat_times
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.domain import SAMPLE_RATE, Tempo
from tests.unit.audio_features.sounds import music


@pytest.mark.parametrize("bpm", [72.0, 96.0, 133.0, 180.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_beats_are_librosas(bpm: float, seed: int) -> None:
    onsets = librosa.onset.onset_strength(y=music(20, bpm=bpm, seed=seed), sr=SAMPLE_RATE)
    for assumed in (bpm, 1.07 * bpm, bpm / 2):
        _, expected = librosa.beat.beat_track(onset_envelope=onsets, sr=SAMPLE_RATE, bpm=assumed)
        np.testing.assert_array_equal(beat_frames(onsets, assumed), expected)


def test_beats_fall_on_the_clicks() -> None:
    onsets = measure_sound(music(12, bpm=120)).onsets
    beats = beat_times(onsets, estimate_tempo(onsets))
    distances = np.abs(beats % 0.5)
    assert len(beats) > 8
    assert np.median(np.minimum(distances, 0.5 - distances)) < 0.05


@pytest.mark.parametrize("frames", [2, 5, 22, 100])
def test_a_few_frames_and_weak_onsets_have_beats_inside_or_none(frames: int) -> None:
    random = np.random.default_rng(frames)
    for onsets in (np.ones(frames), np.eye(frames)[frames // 2], random.random(frames)):
        beats = beat_frames(onsets.astype(np.float32), 100)
        assert ((beats >= 0) & (beats < frames)).all()
        assert (np.diff(beats) > 0).all()


def test_without_tempo_or_onsets_there_are_no_beats() -> None:
    assert len(beat_times(np.ones(100, np.float32), None)) == 0
    assert len(beat_times(np.zeros(100, np.float32), Tempo(120.0, 1.0))) == 0
