"""Every feature of one window of sound, from one STFT and one constant-Q transform.

Each value is the one that librosa's own function gives with its defaults at 22,050 Hz (frames of
2,048 samples, hop 512, Hann); tests hold that. What librosa would compute again for every
feature, the two transforms and the mel spectrogram, is computed once.
"""

import warnings
from dataclasses import dataclass

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from services.audio_features.domain import SAMPLE_RATE, Floats

HOP = 512
FRAME_SECONDS = HOP / SAMPLE_RATE
N_MFCC = 20
CQT_BINS_PER_OCTAVE = 36
CQT_BINS = 7 * CQT_BINS_PER_OCTAVE
MEDIAN_FRAMES = 31

TEMPO_BANDS_BPM = np.array([30, 42.4, 60, 84.9, 120, 169.7, 240, 339.4, 480])
"""Half-octave bands over which the tempogram is summarised."""

EXPECTED_WARNINGS = ("n_fft=.* is too large", "Trying to estimate tuning from empty")
"""What librosa says of sound under 3 s, whose lowest octaves it pads, and of silence."""

UNITS = {
    "spectral_centroid": "Hz",
    "spectral_bandwidth": "Hz",
    "spectral_rolloff": "Hz",
    "spectral_contrast": "dB",
    "spectral_flatness": "ratio",
    "zero_crossing_rate": "ratio",
    "rms": "",
    "chroma_stft": "ratio",
    "chroma_cqt": "ratio",
    "tonnetz": "",
    "mfcc": "dB",
    "mfcc_delta": "dB",
    "mfcc_delta2": "dB",
    "mel": "dB",
    "onset_strength": "dB",
    "tempogram": "ratio",
}
"""The features, in their fixed order, with their units."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One window, measured: each feature has shape (dimensions, frames).

    `pitch_classes` holds the mean strength of each, from C, shape (12,).
    """

    features: dict[str, Floats]
    pitch_classes: NDArray[np.float64]
    harmonic_energy: float
    percussive_energy: float


def measure(samples: Floats) -> Measured:
    """Measures one window of at least half a second of mono samples at `SAMPLE_RATE`."""
    with warnings.catch_warnings():
        for message in EXPECTED_WARNINGS:
            warnings.filterwarnings("ignore", message, UserWarning)
        return _measured(samples)


def _measured(samples: Floats) -> Measured:
    magnitude = np.abs(librosa.stft(samples))
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=magnitude**2, sr=SAMPLE_RATE))
    cqt = _constant_q(samples, magnitude)
    features = {
        **_spectral(magnitude),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(samples),
        "rms": librosa.feature.rms(y=samples),
        **_tonal(magnitude, cqt),
        **_timbral(mel),
        **_rhythmic(mel),
    }
    harmonic, percussive = _energies(magnitude)
    ordered = {name: features[name].astype(np.float32) for name in UNITS}
    return Measured(ordered, _pitch_classes(cqt), harmonic, percussive)


def _spectral(magnitude: Floats) -> dict[str, Floats]:
    centroid = librosa.feature.spectral_centroid(S=magnitude, sr=SAMPLE_RATE)
    return {
        "spectral_centroid": centroid,
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(
            S=magnitude, sr=SAMPLE_RATE, centroid=centroid
        ),
        "spectral_rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=SAMPLE_RATE),
        "spectral_contrast": librosa.feature.spectral_contrast(S=magnitude, sr=SAMPLE_RATE),
        "spectral_flatness": librosa.feature.spectral_flatness(S=magnitude),
    }


def _constant_q(samples: Floats, magnitude: Floats) -> Floats:
    """Three bins a semitone over seven octaves from C1, in tune with the sound."""
    tuning = librosa.estimate_tuning(
        S=magnitude, sr=SAMPLE_RATE, bins_per_octave=CQT_BINS_PER_OCTAVE
    )
    cqt = librosa.cqt(
        samples,
        sr=SAMPLE_RATE,
        n_bins=CQT_BINS,
        bins_per_octave=CQT_BINS_PER_OCTAVE,
        tuning=tuning,
    )
    return np.asarray(np.abs(cqt))


def _tonal(magnitude: Floats, cqt: Floats) -> dict[str, Floats]:
    chroma = librosa.feature.chroma_cqt(C=cqt, sr=SAMPLE_RATE, bins_per_octave=CQT_BINS_PER_OCTAVE)
    return {
        "chroma_stft": librosa.feature.chroma_stft(S=magnitude**2, sr=SAMPLE_RATE),
        "chroma_cqt": chroma,
        "tonnetz": librosa.feature.tonnetz(chroma=chroma, sr=SAMPLE_RATE),
    }


def _pitch_classes(cqt: Floats) -> NDArray[np.float64]:
    """Folds the mean of the constant-Q transform; the root keeps loud notes from deciding alone."""
    fold = librosa.filters.cq_to_chroma(CQT_BINS, bins_per_octave=CQT_BINS_PER_OCTAVE)
    return np.asarray(fold @ np.sqrt(cqt).mean(axis=1), np.float64)


def _timbral(mel: Floats) -> dict[str, Floats]:
    mfcc = librosa.feature.mfcc(S=mel, n_mfcc=N_MFCC)
    return {
        "mel": mel,
        "mfcc": mfcc,
        "mfcc_delta": librosa.feature.delta(mfcc),
        "mfcc_delta2": librosa.feature.delta(mfcc, order=2),
    }


def _rhythmic(mel: Floats) -> dict[str, Floats]:
    """Onset strength, and the largest tempogram value in each band of `TEMPO_BANDS_BPM`."""
    onset = librosa.onset.onset_strength(S=mel, sr=SAMPLE_RATE)
    tempogram = librosa.feature.tempogram(onset_envelope=onset, sr=SAMPLE_RATE)
    bpm = librosa.tempo_frequencies(len(tempogram), sr=SAMPLE_RATE)
    band = np.digitize(bpm, TEMPO_BANDS_BPM)
    peaks = [tempogram[band == i].max(axis=0) for i in range(1, len(TEMPO_BANDS_BPM))]
    return {"onset_strength": onset[np.newaxis], "tempogram": np.stack(peaks)}


def _energies(magnitude: Floats) -> tuple[float, float]:
    """Energy of the harmonic and of the percussive part (Fitzgerald 2010), as librosa's HPSS.

    The medians run along one row at a time: an eighth of the time of a filter over the
    whole, and the same values.
    """
    harmonic = _median_rows(magnitude)
    percussive = _median_rows(np.ascontiguousarray(magnitude.T)).T
    share = librosa.util.softmask(harmonic, percussive, power=2.0, split_zeros=True)
    return (
        float(np.sum((magnitude * share) ** 2, dtype=np.float64)),
        float(np.sum((magnitude * (1 - share)) ** 2, dtype=np.float64)),
    )


def _median_rows(rows: Floats) -> Floats:
    medians = np.empty_like(rows)
    for index, row in enumerate(rows):
        medians[index] = median_filter(row, size=MEDIAN_FRAMES, mode="reflect")
    return medians
