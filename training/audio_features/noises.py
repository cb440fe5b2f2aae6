"""Noise to record music in: pink noise, and voices that talk at once, made from a seed."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from services.audio_features.domain import SAMPLE_RATE, Floats

Numbers = NDArray[np.float64]

_VOICES = 6
_SYLLABLES_PER_SECOND = 4.0
_FORMANTS_HZ = ((300, 800), (900, 2_200), (2_300, 3_200))
_VOWEL_SECONDS = 0.25


def pink(samples: int, random: Generator) -> Floats:
    """Noise whose power falls by 3 dB an octave, as in rooms and streets; mean power 1."""
    white = np.fft.rfft(random.normal(size=samples))
    hertz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    return _of_power_one(np.fft.irfft(white / np.sqrt(np.maximum(hertz, 20.0)), samples))


def babble(samples: int, random: Generator) -> Floats:
    """Six made-up voices talking at once; mean power 1.

    Each is a buzz of wandering pitch (90 to 260 Hz) with some breath, three formants that move
    with every vowel, and the loudness of syllables.
    """
    return _of_power_one(np.sum([_voice(samples, random) for _ in range(_VOICES)], axis=0))


def _voice(samples: int, random: Generator) -> Numbers:
    seconds = samples / SAMPLE_RATE
    hertz = _wandering(samples, random, 2.0, *random.choice([(90, 150), (160, 260)]))
    buzz = 2 * (np.cumsum(hertz / SAMPLE_RATE) % 1) - 1
    source = buzz + 0.2 * random.normal(size=samples)
    loudness = np.maximum(_wandering(samples, random, _SYLLABLES_PER_SECOND, -0.5, 1.0), 0)
    voice = np.zeros(samples)
    size = int(_VOWEL_SECONDS * SAMPLE_RATE)
    for first in range(0, int(seconds * SAMPLE_RATE), size):
        voice[first : first + size] = _vowel(source[first : first + size], random)
    return voice * loudness


def _vowel(source: Numbers, random: Generator) -> Numbers:
    total = np.zeros(len(source))
    for weight, (low, high) in zip((1.0, 0.5, 0.25), _FORMANTS_HZ, strict=True):
        centre = random.uniform(low, high)
        band = (0.85 * centre, 1.15 * centre)
        total += weight * sosfilt(butter(1, band, "bandpass", fs=SAMPLE_RATE, output="sos"), source)
    return total


def _wandering(
    samples: int, random: Generator, per_second: float, low: float, high: float
) -> Numbers:
    """Random values between two bounds, joined by straight lines."""
    count = max(2, int(samples / SAMPLE_RATE * per_second) + 2)
    values = random.uniform(low, high, count)
    return np.interp(np.linspace(0, count - 1, samples), np.arange(count), values)


def _of_power_one(noise: Numbers) -> Floats:
    return np.asarray(noise / max(float(np.sqrt(np.mean(noise**2))), 1e-9), np.float32)
