"""Sharing the transforms changes no value: every feature is what librosa's own function gives."""

from collections.abc import Callable
from itertools import pairwise

import librosa
import numpy as np
import pytest

from services.audio_features.backends.spectra import TEMPO_BANDS_BPM, UNITS, Measured, measure
from services.audio_features.domain import SAMPLE_RATE
from tests.unit.audio_features.sounds import Samples, music

Y = music(6.0)
SR = SAMPLE_RATE


def _tempogram_bands(y: Samples) -> np.ndarray:
    tempogram = librosa.feature.tempogram(y=y, sr=SR)
    bpm = librosa.tempo_frequencies(len(tempogram), sr=SR)
    edges = pairwise(TEMPO_BANDS_BPM)
    return np.stack([tempogram[(bpm >= low) & (bpm < high)].max(axis=0) for low, high in edges])


LIBROSA: dict[str, Callable[[Samples], np.ndarray]] = {
    "spectral_centroid": lambda y: librosa.feature.spectral_centroid(y=y, sr=SR),
    "spectral_bandwidth": lambda y: librosa.feature.spectral_bandwidth(y=y, sr=SR),
    "spectral_rolloff": lambda y: librosa.feature.spectral_rolloff(y=y, sr=SR),
    "spectral_contrast": lambda y: librosa.feature.spectral_contrast(y=y, sr=SR),
    "spectral_flatness": lambda y: librosa.feature.spectral_flatness(y=y),
    "zero_crossing_rate": lambda y: librosa.feature.zero_crossing_rate(y),
    "rms": lambda y: librosa.feature.rms(y=y),
    "chroma_stft": lambda y: librosa.feature.chroma_stft(y=y, sr=SR),
    "chroma_cqt": lambda y: librosa.feature.chroma_cqt(y=y, sr=SR),
    "tonnetz": lambda y: librosa.feature.tonnetz(y=y, sr=SR),
    "mfcc": lambda y: librosa.feature.mfcc(y=y, sr=SR, n_mfcc=20),
    "mfcc_delta": lambda y: librosa.feature.delta(librosa.feature.mfcc(y=y, sr=SR, n_mfcc=20)),
    "mfcc_delta2": lambda y: librosa.feature.delta(
        librosa.feature.mfcc(y=y, sr=SR, n_mfcc=20), order=2
    ),
    "mel": lambda y: librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=SR)),
    "onset_strength": lambda y: librosa.onset.onset_strength(y=y, sr=SR)[np.newaxis],
    "tempogram": _tempogram_bands,
}


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(Y)


def test_every_feature_is_compared() -> None:
    assert set(LIBROSA) == set(UNITS)


@pytest.mark.filterwarnings("ignore:n_fft=")
@pytest.mark.parametrize("name", UNITS)
def test_a_feature_equals_librosas(name: str, measured: Measured) -> None:
    expected = LIBROSA[name](Y)
    assert measured.features[name].shape == expected.shape
    scale = np.abs(expected).max()
    np.testing.assert_allclose(
        measured.features[name], expected, rtol=1e-4, atol=1e-5 * float(scale)
    )


def test_harmonic_and_percussive_energy_equal_librosas(measured: Measured) -> None:
    harmonic, percussive = librosa.decompose.hpss(np.abs(librosa.stft(Y)))
    assert measured.harmonic_energy == pytest.approx(float((harmonic**2).sum()), rel=1e-4)
    assert measured.percussive_energy == pytest.approx(float((percussive**2).sum()), rel=1e-4)


@pytest.mark.parametrize("seconds", [0.5, 0.7, 1.0, 2.9])
def test_short_sound_gives_finite_features(seconds: float) -> None:
    for name, values in measure(music(seconds)).features.items():
        assert np.isfinite(values).all(), name


def test_silence_gives_finite_features() -> None:
    for name, values in measure(np.zeros(SR, np.float32)).features.items():
        assert np.isfinite(values).all(), name
