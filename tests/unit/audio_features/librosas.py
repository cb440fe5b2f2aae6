"""Every feature as a user of librosa would ask for it, on the samples alone."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import librosa
import numpy as np

from services.audio_features.backends.engine.pulse import BANDS_BPM
from services.audio_features.domain import SAMPLE_RATE as SR
from tests.unit.audio_features.sounds import Samples

Values = np.ndarray[Any, Any]


def _tempogram_bands(y: Samples) -> Values:
    tempogram = librosa.feature.tempogram(y=y, sr=SR)
    bpm = librosa.tempo_frequencies(len(tempogram), sr=SR)
    edges = pairwise(BANDS_BPM)
    return np.stack([tempogram[(bpm >= low) & (bpm < high)].max(axis=0) for low, high in edges])


def _part_energy(y: Samples, part: int) -> Values:
    parts = librosa.decompose.hpss(np.abs(librosa.stft(y)))
    return (parts[part].astype(np.float64) ** 2).sum(axis=0, keepdims=True)


def _mfcc(y: Samples) -> Values:
    return librosa.feature.mfcc(y=y, sr=SR, n_mfcc=20)


LIBROSA: dict[str, Callable[[Samples], Values]] = {
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
    "mfcc": _mfcc,
    "mfcc_delta": lambda y: librosa.feature.delta(_mfcc(y)),
    "mfcc_delta2": lambda y: librosa.feature.delta(_mfcc(y), order=2),
    "mel": lambda y: librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=SR)),
    "onset_strength": lambda y: librosa.onset.onset_strength(y=y, sr=SR)[np.newaxis],
    "tempogram": _tempogram_bands,
    "harmonic_energy": lambda y: _part_energy(y, 0),
    "percussive_energy": lambda y: _part_energy(y, 1),
}
