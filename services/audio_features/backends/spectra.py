"""What the features are called, in which order they come, and what they are measured in."""

from services.audio_features.backends.engine.transform import FRAME_SECONDS, HOP

__all__ = ["DIMENSIONS", "FRAME_SECONDS", "HOP", "UNITS"]

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
    "harmonic_energy": "",
    "percussive_energy": "",
}
"""The features, in their fixed order, with their units."""

DIMENSIONS = {
    **dict.fromkeys(UNITS, 1),
    "spectral_contrast": 7,
    "chroma_stft": 12,
    "chroma_cqt": 12,
    "tonnetz": 6,
    "mfcc": 20,
    "mfcc_delta": 20,
    "mfcc_delta2": 20,
    "mel": 128,
    "tempogram": 8,
}
"""How many numbers each feature has per frame."""
