"""Tempo is found from clicks, and is right on pieces of the project whose tempo is known."""

import librosa
import numpy as np
import pytest

from services.audio_features.backends.rhythm import estimate_tempo, onset_rate, preference
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.domain import SAMPLE_RATE, Floats


def clicks(bpm: float, seconds: float = 20.0, accents: int = 4) -> Floats:
    """Onset strength of a click on every beat, stronger on the first of each bar."""
    random = np.random.default_rng(0)
    y = random.normal(scale=1e-3, size=int(seconds * SAMPLE_RATE))
    for beat, start in enumerate(np.arange(0.1, seconds - 0.2, 60 / bpm)):
        burst = random.normal(size=800) * np.exp(-np.arange(800) / 150)
        first = int(start * SAMPLE_RATE)
        y[first : first + 800] += burst * (0.6 if beat % accents else 1.0)
    onset = librosa.onset.onset_strength(y=y.astype(np.float32), sr=SAMPLE_RATE)
    return np.asarray(onset, np.float32)


@pytest.mark.parametrize("bpm", [72, 84, 96, 110, 120, 132, 150])
def test_a_click_on_every_beat_gives_its_tempo_or_an_octave_of_it(bpm: float) -> None:
    tempo = estimate_tempo(clicks(bpm))
    assert tempo is not None
    assert min(abs(tempo.bpm / bpm / factor - 1) for factor in (0.5, 1, 2)) < 0.02
    readings = (tempo.bpm, *tempo.candidates_bpm)
    assert any(abs(reading / bpm - 1) < 0.02 for reading in readings)
    assert 0.3 < tempo.confidence <= 1


def test_what_does_not_repeat_has_no_or_an_unsure_tempo() -> None:
    noise = np.abs(np.random.default_rng(3).normal(size=900)).astype(np.float32)
    tempo = estimate_tempo(noise)
    assert tempo is None or tempo.confidence < 0.4


@pytest.mark.parametrize("frames", [22, 43, 100])
def test_a_short_sound_gives_a_tempo_in_range_or_none(frames: int) -> None:
    onset = np.abs(np.random.default_rng(4).normal(size=frames)).astype(np.float32)
    tempo = estimate_tempo(onset)
    assert tempo is None or 30 <= tempo.bpm <= 300


def test_no_onset_at_all_is_no_tempo() -> None:
    assert estimate_tempo(np.zeros(500, np.float32)) is None


def test_more_onsets_lead_to_a_faster_reading() -> None:
    assert preference(1.0).argmax() < preference(3.0).argmax() < preference(6.0).argmax()


def test_onsets_are_counted_per_second() -> None:
    onset = np.zeros(round(10 / FRAME_SECONDS), np.float32)
    onset[20::43] = 5.0
    assert onset_rate(onset) == pytest.approx(1.0, abs=0.05)
