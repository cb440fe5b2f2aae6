"""Plucked strings by the Karplus-Strong method: a burst of noise going round a damped loop.

Source: Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music
Journal 7(2), 1983; fractional tuning after Jaffe & Smith in the same issue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.sketches.instruments.tones import (
    RATE,
    Signal,
    Tone,
    as_signal,
    filtered,
    noise,
    released,
    samples_in,
)


@dataclass(frozen=True, slots=True)
class Pluck:
    """How a string is plucked and how it dies away.

    `fall` is the time in seconds in which the fundamental falls by 60 dB, `brightness` in (0, 1]
    how much treble the pluck holds, `position` where it happens as a share of the string, and
    `dullness` in [0, 0.5] how much faster treble dies than the fundamental.
    """

    fall: float
    brightness: float
    position: float
    dullness: float


def _loop(delay: float, dullness: float) -> tuple[int, NDArray[np.float64]]:
    """A whole delay and the filter that makes up the rest: Lagrange's (order 3), then the loss."""
    whole = int(delay - dullness - 1.0)
    rest = delay - dullness - whole
    points = range(4)
    lagrange = [
        np.prod([(rest - other) / (point - other) for other in points if other != point])
        for point in points
    ]
    return whole, np.convolve(lagrange, [1.0 - dullness, dullness])


def string(note: Tone, pluck: Pluck, seconds: float, *, detune: float = 1.0) -> Signal:
    """A plucked string left to ring for `seconds`; its highest sample is one."""
    hz = note.hz * detune
    period, taps = _loop(RATE / hz, pluck.dullness)
    taps = taps * 10.0 ** (-3.0 / (pluck.fall * hz))
    burst = np.tile(noise(period / RATE, note.rng)[:period], 3)
    burst = filtered(burst, "lowpass", pluck.brightness * 9000.0)[period : 2 * period]
    burst = burst - np.roll(burst, max(1, int(period * pluck.position)))
    count, lead = samples_in(seconds), period + len(taps)
    out = np.zeros(lead + count + period)
    out[lead - period : lead] = burst
    for start in range(lead, lead + count, period):
        before = out[start - period - len(taps) + 1 : start]
        out[start : start + period] = np.convolve(before, taps, "valid")[: len(out) - start]
    sound = out[lead : lead + count]
    return as_signal(sound / (np.abs(sound).max() + 1e-9))


def nylon_guitar(note: Tone) -> Signal:
    """A soft nylon-string guitar with a little body resonance."""
    pluck = Pluck(3.2, 0.14 + 0.2 * note.velocity, position=0.3, dullness=0.12)
    sound = string(note, pluck, note.seconds + 0.3)
    body = filtered(sound, "bandpass", 90.0, 230.0)
    return released(sound + 0.5 * body, note.seconds, 0.25)


def steel_guitar(note: Tone) -> Signal:
    """A bright steel-string guitar."""
    pluck = Pluck(4.0, 0.4 + 0.4 * note.velocity, position=0.18, dullness=0.04)
    sound = string(note, pluck, note.seconds + 0.3)
    return released(filtered(sound, "highpass", 90.0), note.seconds, 0.2)


def electric_guitar(note: Tone) -> Signal:
    """An overdriven guitar note through a speaker's narrow band."""
    sound = string(note, Pluck(8.0, 0.5, position=0.15, dullness=0.06), note.seconds + 0.1)
    driven = np.tanh(sound * np.float32(4.0 + 8.0 * note.velocity))
    return released(filtered(driven, "bandpass", 80.0, 4200.0), note.seconds, 0.08)


def ukulele(note: Tone) -> Signal:
    """A short, sunny ukulele."""
    pluck = Pluck(1.3, 0.25 + 0.3 * note.velocity, position=0.35, dullness=0.15)
    sound = string(note, pluck, note.seconds + 0.2)
    return released(filtered(sound, "highpass", 160.0), note.seconds, 0.15)


def harp(note: Tone) -> Signal:
    """A harp: plucked near the middle and left to ring over the next notes."""
    pluck = Pluck(3.0, 0.12 + 0.18 * note.velocity, position=0.48, dullness=0.1)
    return released(string(note, pluck, note.seconds + 1.2), note.seconds + 0.6, 0.6)


def pizzicato(note: Tone) -> Signal:
    """Plucked bowed strings: two players, short and woody."""
    pluck = Pluck(0.65, 0.15 + 0.2 * note.velocity, position=0.27, dullness=0.3)
    length = min(note.seconds, 0.45) + 0.1
    players = string(note, pluck, length, detune=0.999) + string(note, pluck, length, detune=1.001)
    return released(players, min(note.seconds, 0.4), 0.12)


def upright_bass(note: Tone) -> Signal:
    """A plucked double bass, round and dark."""
    pluck = Pluck(2.2, 0.05 + 0.08 * note.velocity, position=0.22, dullness=0.25)
    sound = string(note, pluck, note.seconds + 0.12)
    return released(filtered(sound, "lowpass", 1800.0), note.seconds * 0.95, 0.1)


def electric_bass(note: Tone) -> Signal:
    """A finger-played electric bass with some growl."""
    pluck = Pluck(4.0, 0.12 + 0.15 * note.velocity, position=0.16, dullness=0.1)
    driven = np.tanh(string(note, pluck, note.seconds + 0.08) * np.float32(1.8))
    return released(filtered(driven, "lowpass", 2600.0), note.seconds * 0.95, 0.07)
