"""What a room, a microphone, another tempo or key, a telephone and a codec make of music.

All noise, rooms and microphones are made here from a seed; nothing recorded is used. Samples are
mono float32 within about [-1, 1]. What comes first in the music comes first in the result: no
distortion delays it by more than a few milliseconds.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import soundfile
import soxr
from numpy.random import Generator
from scipy.signal import butter, oaconvolve, sosfilt, sosfiltfilt

from services.audio_features.domain import SAMPLE_RATE, Floats
from training.audio_features.noises import babble, pink
from training.audio_features.vocoder import at_speed, stretched, transposed

Distortion = Callable[[Floats, Generator], Floats]
"""Mono samples at `SAMPLE_RATE` in, as they arrive out."""

TELEPHONE_RATE = 8_000
_TELEPHONE_BAND_HZ = (300.0, 3_400.0)
_MU = 255.0

_OPUS_RATE = 24_000
_OPUS_BITS = 6_000, 250_000
"""libsndfile lays its compression level 1 to 0 over this many bits a second, and as many more."""
_WRITTEN_AT_ONCE = 12_000
_DIRECT_SECONDS = 0.003
_CROWD_SEED = 20_263


def noisy(samples: Floats, random: Generator, snr_db: float = 10.0) -> Floats:
    """Adds pink noise, voices, or both, `snr_db` below the music's mean power."""
    share = random.choice([0.0, 0.5, 1.0])
    first = int(random.integers(_crowd().size))
    noise = np.sqrt(share) * pink(len(samples), random)
    noise += np.sqrt(1 - share) * np.take(_crowd(), range(first, first + len(samples)), mode="wrap")
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    loudness = np.sqrt(power / max(float(np.mean(noise**2)), 1e-12) / 10 ** (snr_db / 10))
    return np.asarray(samples + noise * loudness, np.float32)


@cache
def _crowd() -> Floats:
    """A minute of voices, made once: they take longer to make than to record music in."""
    return babble(60 * SAMPLE_RATE, np.random.default_rng(_CROWD_SEED))


def reverberant(
    samples: Floats,
    random: Generator,
    decay_seconds: float | None = None,
    direct_db: float | None = None,
) -> Floats:
    """Plays the music in a room.

    The room is direct sound and noise that decays by 60 dB in `decay_seconds` (0.3 to 0.8 unless
    told), twice as fast in the treble (Moorer, "About this reverberation business", 1979).
    `direct_db` is the power of the direct sound over that of the rest (0 to 6 dB unless told).
    """
    decay = random.uniform(0.3, 0.8) if decay_seconds is None else decay_seconds
    direct = random.uniform(0.0, 6.0) if direct_db is None else direct_db
    time = np.arange(int(decay * SAMPLE_RATE)) / SAMPLE_RATE
    noise = random.normal(size=len(time))
    treble = sosfilt(butter(1, 2_000, "highpass", fs=SAMPLE_RATE, output="sos"), noise)
    tail = (noise - treble) * 10 ** (-3 * time / decay) + treble * 10 ** (-6 * time / decay)
    tail[: int(_DIRECT_SECONDS * SAMPLE_RATE)] = 0.0
    room = tail / np.sqrt(np.sum(tail**2)) * 10 ** (-direct / 20)
    room[0] = 1.0
    wet = oaconvolve(samples, room.astype(np.float32))[: len(samples)]
    return np.asarray(wet / np.sqrt(np.sum(room**2)), np.float32)


def coloured(samples: Floats, random: Generator) -> Floats:
    """Records with a small microphone: uneven by up to 8 dB, without low bass or high treble.

    The curve is drawn through random points an octave apart and has no phase.
    """
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(hertz, 1.0))
    corners = np.arange(5, 15)
    curve_db = np.interp(octaves, corners, np.clip(random.normal(0, 4, len(corners)), -8, 8))
    low, high = random.uniform(80, 250), random.uniform(5_000, 10_000)
    curve_db -= 10 * np.log10(1 + (low / np.maximum(hertz, 1.0)) ** 4)
    curve_db -= 10 * np.log10(1 + (hertz / high) ** 8)
    spectrum = np.fft.rfft(samples) * 10 ** (curve_db / 20)
    return np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)


def overdriven(samples: Floats, random: Generator) -> Floats:
    """Turns the music up until its loudest peaks, up to 6 dB of them, are cut off."""
    peak = float(np.max(np.abs(samples), initial=1e-6))
    gain = 10 ** (random.uniform(0, 6) / 20) / peak
    return np.asarray(np.clip(samples * gain, -1.0, 1.0), np.float32)


def quieter(samples: Floats, random: Generator) -> Floats:
    """Turns the music down by 3 to 30 dB."""
    return np.asarray(samples * 10 ** (-random.uniform(3, 30) / 20), np.float32)


def telephoned(samples: Floats, random: Generator) -> Floats:  # noqa: ARG001 - nothing to draw
    """Sends the music through a telephone: 8 kHz, 300 to 3,400 Hz, 8 bits by the mu law (G.711)."""
    band = butter(4, _TELEPHONE_BAND_HZ, "bandpass", fs=TELEPHONE_RATE, output="sos")
    narrow = sosfiltfilt(band, soxr.resample(samples, SAMPLE_RATE, TELEPHONE_RATE))
    loud = np.clip(narrow / max(float(np.max(np.abs(narrow), initial=0.0)), 1e-6), -1, 1)
    pressed = np.round(np.sign(loud) * np.log1p(_MU * np.abs(loud)) / np.log1p(_MU) * 127) / 127
    opened = np.sign(pressed) * np.expm1(np.abs(pressed) * np.log1p(_MU)) / _MU
    return _fitted(soxr.resample(opened.astype(np.float32), TELEPHONE_RATE, SAMPLE_RATE), samples)


def coded(samples: Floats, random: Generator, bits_per_second: int | None = None) -> Floats:
    """Packs the music with Opus (RFC 6716) at 12 to 32 kbit/s unless told, and unpacks it."""
    bits = int(random.integers(12_000, 32_000)) if bits_per_second is None else bits_per_second
    level = 1 - (bits - _OPUS_BITS[0]) / _OPUS_BITS[1]
    sound = np.clip(soxr.resample(samples, SAMPLE_RATE, _OPUS_RATE), -1, 1)
    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", _OPUS_RATE, 1, "OPUS", format="OGG", compression_level=level
    ) as writer:
        for first in range(0, len(sound), _WRITTEN_AT_ONCE):
            writer.write(sound[first : first + _WRITTEN_AT_ONCE])
    file.seek(0)
    unpacked, rate = soundfile.read(file, dtype="float32")
    return _fitted(soxr.resample(unpacked, rate, SAMPLE_RATE), samples)


def recorded(samples: Floats, random: Generator, snr_db: float = 10.0) -> Floats:
    """Plays the music in a noisy room and records it by telephone app: all of it together."""
    heard = noisy(reverberant(samples, random), random, snr_db)
    return coded(overdriven(coloured(heard, random), random), random)


def _fitted(samples: Floats, like: Floats) -> Floats:
    """The samples cut or filled to the length of others."""
    cut = samples[: len(like)]
    return np.asarray(np.pad(cut, (0, len(like) - len(cut))), np.float32)


@dataclass(frozen=True, slots=True)
class Condition:
    """A distortion to measure under, and what it does to time and pitch.

    A second of the music lasts 1 / `tempo_ratio` seconds; its pitch rises by `semitones`.
    """

    distortion: Distortion
    tempo_ratio: float = 1.0
    semitones: float = 0.0

    def __call__(self, samples: Floats, random: Generator) -> Floats:
        """The music as it arrives; `random` decides on noise and rooms."""
        return self.distortion(samples, random)


def _at_speed(ratio: float) -> Condition:
    return Condition(lambda samples, _: at_speed(samples, ratio), ratio, float(12 * np.log2(ratio)))


def _stretched(ratio: float) -> Condition:
    return Condition(lambda samples, _: stretched(samples, ratio), ratio)


def _transposed(semitones: float) -> Condition:
    return Condition(lambda samples, _: transposed(samples, semitones), 1.0, semitones)


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "clean": Condition(lambda samples, _: samples),
        "noise_10db": Condition(noisy),
        "reverberation": Condition(reverberant),
        "noise_10db_and_reverberation": Condition(
            lambda samples, random: noisy(reverberant(samples, random), random)
        ),
        "speed_up_8": _at_speed(1.08),
        "speed_down_8": _at_speed(0.92),
        "semitone_up": _transposed(1.0),
        "semitone_down": _transposed(-1.0),
        "tempo_up_8": _stretched(1.08),
        "tempo_down_8": _stretched(0.92),
        "telephone": Condition(telephoned),
        "opus_16kbit": Condition(lambda samples, random: coded(samples, random, 16_000)),
        "recorded": Condition(recorded),
    }
)
"""What identification is measured under, by name."""
