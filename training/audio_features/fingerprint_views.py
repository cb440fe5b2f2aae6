"""Pairs to learn from: a window of a piece, and a clip of it that was changed on its way.

Everything here happens to log-mels, which is cheap: other tapes and keys stretch their axes, noise
is added to their powers, microphones lift and lower their bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

from services.audio_features.domain import SAMPLE_RATE, Floats
from training.audio_features.fingerprint_material import FRAMES_PER_SECOND, LogMel, heard
from training.audio_features.noises import babble, pink

WINDOW_FRAMES = 1_000
"""Ten seconds."""

SHORTEST_FRAMES = 300
_FLOOR = 1e-3
_BANDS = 64
_LOWEST_HZ, _HIGHEST_HZ = 125.0, 7_500.0
_NOISE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Pairs:
    """Windows (n, 1000, 64) and clips (n, frames, 64), row by row of the same music."""

    windows: Floats
    clips: Floats


class Views:
    """Draws pairs from material; the same seed gives the same pairs."""

    def __init__(self, materials: Sequence[LogMel], random: Generator, noises: int) -> None:
        self._materials = materials
        self._random = random
        self._noises = [self._noise(index) for index in range(noises)]

    def _noise(self, index: int) -> Floats:
        made = (pink, babble)[index % 2](_NOISE_SECONDS * SAMPLE_RATE, self._random)
        return np.exp(heard(0.1 * made))

    def pairs(self, count: int) -> Pairs:
        """Draws `count` pairs of different music; the clips are equally long."""
        frames = int(self._random.integers(SHORTEST_FRAMES, WINDOW_FRAMES + 1))
        drawn = [self._pair(frames) for _ in range(count)]
        windows, clips = (np.stack(side).astype(np.float32) for side in zip(*drawn, strict=True))
        return Pairs(windows, clips)

    def _pair(self, frames: int) -> tuple[Floats, Floats]:
        random = self._random
        music = Music.drawn(self._materials, random)
        length = WINDOW_FRAMES / FRAMES_PER_SECOND
        start = float(random.uniform(0, max(0.0, music.seconds - length)))
        ratio = float(np.exp(random.uniform(-0.1, 0.1))) if random.random() < 0.5 else 1.0
        key = float(random.uniform(-1.5, 1.5)) if random.random() < 0.5 else 0.0
        if random.random() < 0.3:
            key = 12 * np.log2(ratio)
        heard = frames / FRAMES_PER_SECOND * ratio
        offset = (length - heard) / 2 + float(random.uniform(-2.5, 2.5))
        window = music.heard(start, WINDOW_FRAMES, 1.0, 0.0)
        clip = music.heard(start + offset, frames, ratio, key)
        if random.random() < 0.3:
            window = _coloured(window, random, 4.0)
        return window, self._arrived(clip)

    def _arrived(self, clip: Floats) -> Floats:
        """The clip in a room, through a microphone, in noise, at another volume."""
        random = self._random
        if random.random() < 0.6:
            clip = _in_room(clip, random)
        if random.random() < 0.7:
            clip = _coloured(clip, random, 8.0)
        if random.random() < 0.85:
            clip = self._in_noise(clip, float(random.uniform(0, 22)))
        if random.random() < 0.3:
            clip = _coloured(clip, random, 6.0)
        volume = random.uniform(-3.5, 1.0)
        return np.asarray(np.log(np.exp(clip + volume) + _FLOOR), np.float32)

    def _in_noise(self, clip: Floats, snr_db: float) -> Floats:
        noise = self._noises[int(self._random.integers(len(self._noises)))]
        first = int(self._random.integers(len(noise) - len(clip)))
        part = noise[first : first + len(clip)]
        music = np.exp(clip)
        level = np.sqrt(np.mean(music**2) / np.mean(part**2) / 10 ** (snr_db / 10))
        return np.asarray(np.log(np.sqrt(music**2 + (level * part) ** 2)), np.float32)


@dataclass(frozen=True, slots=True)
class Music:
    """A piece, at times with another one over it, played in another tempo and key throughout.

    What is so made is music of its own: both a window and a clip of it are made so.
    """

    piece: LogMel
    over: LogMel | None
    shift_seconds: float
    ratio: float
    semitones: float

    @classmethod
    def drawn(cls, materials: Sequence[LogMel], random: Generator) -> "Music":
        """Draws a piece and what is done to it."""
        piece, other = (materials[int(i)] for i in random.integers(len(materials), size=2))
        changed = random.random() < 0.5
        return cls(
            piece,
            other if random.random() < 0.35 else None,
            float(random.uniform(-10, 10)),
            float(np.exp(random.uniform(-0.2, 0.2))) if changed else 1.0,
            float(random.uniform(-6, 6)) if changed else 0.0,
        )

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.piece) / FRAMES_PER_SECOND / self.ratio

    def heard(self, start: float, frames: int, ratio: float, semitones: float) -> Floats:
        """Frames from `start` seconds on, played `ratio` times as fast and `semitones` higher."""
        pace = self.ratio * ratio
        begin = start * self.ratio
        sound = _read(self.piece, begin, frames, pace)
        if self.over is not None:
            other = _read(self.over, begin + self.shift_seconds, frames, pace)
            sound = np.log(np.sqrt(np.exp(2 * sound) + np.exp(2 * other)))
        return transposed(sound, self.semitones + semitones)


def _read(log_mel: LogMel, start: float, frames: int, ratio: float) -> Floats:
    """Frames between stored ones; before the beginning and after the end it turns round."""
    last = len(log_mel) - 1
    places = start * FRAMES_PER_SECOND + np.arange(frames) * ratio
    places = last - np.abs(last - np.abs(places) % (2 * last))
    before = np.minimum(places.astype(int), last - 1)
    share = (places - before)[:, np.newaxis].astype(np.float32)
    stored = log_mel[before.min() : before.max() + 2].astype(np.float32)
    before -= before.min()
    return np.asarray((1 - share) * stored[before] + share * stored[before + 1], np.float32)


def transposed(log_mel: Floats, semitones: float) -> Floats:
    """Moves the bands as music of another pitch would; what comes from outside is the edge."""
    if semitones == 0.0:
        return log_mel
    mel = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), _BANDS + 2)[1:-1]
    hertz = 700 * np.expm1(mel / 1_127)
    places = np.interp(_mel(hertz / 2 ** (semitones / 12)), mel, np.arange(_BANDS))
    low = np.minimum(places.astype(int), _BANDS - 2)
    share = (places - low).astype(np.float32)
    return np.asarray((1 - share) * log_mel[:, low] + share * log_mel[:, low + 1], np.float32)


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1_127 * np.log1p(np.asarray(hertz) / 700))


def _in_room(clip: Floats, random: Generator) -> Floats:
    """Adds to every band's power an echo that dies away by 60 dB in 0.2 to 1 s."""
    decay = 10 ** (-6 / FRAMES_PER_SECOND / random.uniform(0.2, 1.0))
    direct = 10 ** (random.uniform(-3, 8) / 10)
    power = np.exp(2 * clip)
    echo = lfilter([0.0, (1 - decay) / direct], [1.0, -decay], power, axis=0)
    return np.asarray(0.5 * np.log(power + echo), np.float32)


def _coloured(clip: Floats, random: Generator, most_db: float) -> Floats:
    """Lifts and lowers the bands along a smooth curve; at times cuts bass or treble."""
    knots = np.clip(random.normal(0, most_db / 2, 8), -most_db, most_db)
    curve = np.interp(np.linspace(0, 7, _BANDS), np.arange(8), knots)
    bands = np.arange(_BANDS)
    if random.random() < 0.4:
        curve -= random.uniform(1, 4) * np.maximum(random.uniform(0, 12) - bands, 0)
    if random.random() < 0.4:
        curve -= random.uniform(1, 4) * np.maximum(bands - random.uniform(36, 60), 0)
    return np.asarray(clip + curve * np.log(10) / 20, np.float32)
