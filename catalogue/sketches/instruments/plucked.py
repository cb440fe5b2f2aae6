"""Plucked strings by the Karplus-Strong method: a burst of noise going round a damped loop.

Source: Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music
Journal 7(2), 1983; fractional tuning after Jaffe & Smith in the same issue.
"""

import numpy as np
from numpy.random import Generator

from catalogue.sketches.instruments.tones import (
    RATE,
    Signal,
    Tone,
    filtered,
    noise,
    released,
    samples_in,
)


def string(
    hz: float, seconds: float, rng: Generator, *, fall: float, brightness: float, position: float
) -> Signal:
    """A string plucked at `position` (share of its length) that falls by 60 dB in `fall` seconds.

    `brightness` in (0, 1] sets how much treble the pluck holds.
    """
    loop = RATE / hz - 0.5
    whole = int(loop)
    fraction = loop - whole
    burst = noise(whole / RATE, rng)[:whole]
    burst = filtered(np.tile(burst, 3), "lowpass", brightness * 9000.0, order=1)[whole : 2 * whole]
    burst = burst - np.roll(burst, max(1, int(whole * position)))
    gain = 10.0 ** (-3.0 / (fall * hz))
    taps = gain * np.array([0.5 * (1 - fraction), 0.5, 0.5 * fraction])
    count = samples_in(seconds)
    out = np.zeros(count + 2 * whole + 4, dtype=np.float64)
    out[2 : 2 + whole] = burst
    step = whole
    for start in range(2 + whole, 2 + whole + count, step):
        stop = start + step
        back = out[start - whole - 2 : stop - whole]
        out[start:stop] = (taps[0] * back[2:] + taps[1] * back[1:-1] + taps[2] * back[:-2])[
            : len(out[start:stop])
        ]
    sound = out[2 + whole : 2 + whole + count].astype(np.float32)
    return sound / np.float32(np.abs(sound).max() + 1e-9)


def nylon_guitar(note: Tone) -> Signal:
    """A soft nylon-string guitar with a little body resonance."""
    bright = 0.14 + 0.2 * note.velocity
    sound = string(note.hz, note.seconds + 0.3, note.rng, fall=3.2, brightness=bright, position=0.3)
    body = filtered(sound, "bandpass", 90.0, 230.0)
    return released(sound + 0.5 * body, note.seconds, 0.25)


def steel_guitar(note: Tone) -> Signal:
    """A bright steel-string guitar."""
    bright = 0.4 + 0.4 * note.velocity
    sound = string(
        note.hz, note.seconds + 0.3, note.rng, fall=4.0, brightness=bright, position=0.18
    )
    return released(filtered(sound, "highpass", 90.0), note.seconds, 0.2)


def electric_guitar(note: Tone) -> Signal:
    """An overdriven guitar note through a speaker's narrow band."""
    sound = string(note.hz, note.seconds + 0.1, note.rng, fall=8.0, brightness=0.5, position=0.15)
    driven = np.tanh(sound * np.float32(4.0 + 8.0 * note.velocity))
    return released(filtered(driven, "bandpass", 80.0, 4200.0), note.seconds, 0.08)


def ukulele(note: Tone) -> Signal:
    """A short, sunny ukulele."""
    bright = 0.25 + 0.3 * note.velocity
    sound = string(
        note.hz, note.seconds + 0.2, note.rng, fall=1.3, brightness=bright, position=0.35
    )
    return released(filtered(sound, "highpass", 160.0), note.seconds, 0.15)


def harp(note: Tone) -> Signal:
    """A harp: plucked near the middle and left to ring over the next notes."""
    bright = 0.12 + 0.18 * note.velocity
    ringing = note.seconds + 1.2
    sound = string(note.hz, ringing, note.rng, fall=3.0, brightness=bright, position=0.48)
    return released(sound, note.seconds + 0.6, 0.6)


def pizzicato(note: Tone) -> Signal:
    """Plucked bowed strings: two players, short and woody."""
    bright = 0.15 + 0.2 * note.velocity
    length = min(note.seconds, 0.45) + 0.1
    first = string(note.hz * 0.999, length, note.rng, fall=0.7, brightness=bright, position=0.25)
    second = string(note.hz * 1.001, length, note.rng, fall=0.6, brightness=bright, position=0.3)
    return released(first + second, min(note.seconds, 0.4), 0.12)


def upright_bass(note: Tone) -> Signal:
    """A plucked double bass, round and dark."""
    bright = 0.05 + 0.08 * note.velocity
    sound = string(
        note.hz, note.seconds + 0.12, note.rng, fall=2.2, brightness=bright, position=0.22
    )
    return released(filtered(sound, "lowpass", 1800.0), note.seconds * 0.95, 0.1)


def electric_bass(note: Tone) -> Signal:
    """A finger-played electric bass with some growl."""
    bright = 0.12 + 0.15 * note.velocity
    sound = string(
        note.hz, note.seconds + 0.08, note.rng, fall=4.0, brightness=bright, position=0.16
    )
    driven = np.tanh(sound * np.float32(1.8))
    return released(filtered(driven, "lowpass", 2600.0), note.seconds * 0.95, 0.07)
