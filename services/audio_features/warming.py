"""What a service rehearses with before it is ready: a short sound, and sequences to compare."""

import io
import wave

import numpy as np

from services.audio_features.alignment import align
from services.audio_features.domain import SAMPLE_RATE, Sequence
from services.audio_features.matching import MIN_CLIP_FRAMES, Candidate, Clip, best_match

SECONDS = 1
"""Short enough for the smallest limits that the settings allow."""


def warm_up_sound() -> bytes:
    """Makes a WAV file of a tone that beats four times a second, with a little noise."""
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    noise = np.random.default_rng(0).normal(scale=0.02, size=len(time))
    tone = np.sin(2 * np.pi * 440 * time) * np.exp(-8 * (time % 0.25))
    samples = np.clip((tone + noise) * 20_000, -32_768, 32_767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def warm_up_comparisons() -> None:
    """Compares and matches made-up sequences, so that what they need is compiled or loaded."""
    random = np.random.default_rng(0)
    mfcc = random.normal(size=(MIN_CLIP_FRAMES, 20)).astype(np.float32)
    chroma = random.random((MIN_CLIP_FRAMES, 12)).astype(np.float32)
    align(mfcc, mfcc)
    clip = Clip(mfcc, chroma, 0.1)
    best_match(clip, Candidate("itself"), Sequence(mfcc, 0.1), Sequence(chroma, 0.1))
