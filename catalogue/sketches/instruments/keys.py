"""Keyboards: additive pianos, an FM electric piano and a drawbar organ."""

import numpy as np
from numpy.random import Generator

from catalogue.sketches.instruments.tones import (
    Signal,
    Tone,
    clock,
    filtered,
    harmonic_table,
    held,
    modes,
    noise,
    phase,
    play_table,
    released,
    tremolo,
    vibrato,
)


def _struck_string(
    hz: float, seconds: float, *, partials: int, soft: float, stiff: float
) -> Signal:
    orders = np.arange(1, partials + 1)
    frequencies = hz * orders * np.sqrt(1.0 + stiff * orders**2)
    hammer = np.abs(np.sin(np.pi * orders / 8.0)) + 0.08
    amplitudes = hammer * np.exp(-frequencies / soft) / orders**0.7
    fall = np.clip(9.0 * (220.0 / hz) ** 0.5, 1.2, 14.0) / (1.0 + 0.25 * (orders - 1))
    quick = modes(frequencies * 1.0004, amplitudes * 0.6, fall * 0.35, seconds)
    slow = modes(frequencies * 0.9997, amplitudes * 0.5, fall, seconds)
    return quick + slow


def _knock(seconds: float, rng: Generator, level: float) -> Signal:
    thump = noise(min(seconds, 0.06), rng)
    thump = filtered(thump, "lowpass", 600.0) * np.linspace(1, 0, len(thump), dtype=np.float32)
    return thump * np.float32(level)


def _with_knock(sound: Signal, rng: Generator, level: float) -> Signal:
    thump = _knock(0.06, rng, level * float(np.abs(sound).max()))
    count = min(len(thump), len(sound))
    sound[:count] += thump[:count]
    return sound


def piano(note: Tone) -> Signal:
    """A grand piano: inharmonic partials, two-stage decay, a touch of hammer."""
    sound = _struck_string(
        note.hz, note.seconds + 0.4, partials=24, soft=900.0 + 2600.0 * note.velocity, stiff=0.0004
    )
    return released(_with_knock(sound, note.rng, 0.12), note.seconds, 0.25)


def felt_piano(note: Tone) -> Signal:
    """An upright with felt between hammers and strings: dark, close, with some action noise."""
    sound = _struck_string(
        note.hz, note.seconds + 0.6, partials=12, soft=480.0 + 1000.0 * note.velocity, stiff=0.0003
    )
    return released(_with_knock(sound, note.rng, 0.2), note.seconds, 0.4)


def toy_piano(note: Tone) -> Signal:
    """Little metal rods struck by plastic: bell-like and slightly out of tune."""
    detune = 1.0 + 0.0015 * float(note.rng.standard_normal())
    ratios = np.array([1.0, 2.01, 3.9, 6.1, 9.2])
    gains = np.array([1.0, 0.25, 0.4 * note.velocity, 0.25 * note.velocity, 0.1])
    sound = modes(
        note.hz * detune * ratios, gains, np.array([1.4, 0.7, 0.4, 0.2, 0.1]), note.seconds + 0.3
    )
    return released(_with_knock(sound, note.rng, 0.2), note.seconds, 0.3)


def electric_piano(note: Tone) -> Signal:
    """A tine piano by frequency modulation: mellow when soft, barking when hard."""
    time = clock(note.seconds + 0.35)
    cycle = np.float32(2 * np.pi * note.hz) * time
    bark = (0.4 + 1.6 * note.velocity) * np.exp(-time * np.float32(2.2 + note.hz / 400.0))
    tine = 0.18 * note.velocity * np.exp(-time * 14.0) * np.sin(cycle * 14.0)
    body = np.sin(cycle + bark.astype(np.float32) * np.sin(cycle)) + tine
    fall = np.exp(-time * np.float32(0.6 + note.hz / 900.0))
    return released((body * fall).astype(np.float32), note.seconds, 0.2)


def organ(note: Tone) -> Signal:
    """A drawbar organ with a slow rotating speaker."""
    bars = np.zeros(16)
    bars[[0, 1, 2, 3, 5, 7]] = [0.8, 1.0, 0.55, 0.4, 0.15, 0.2 * note.velocity + 0.1]
    bars = np.where(np.arange(1, 17) * note.hz < 18_000.0, bars, 0.0)
    total = note.seconds + 0.08
    cycles = phase(vibrato(note.hz, total, depth=0.0015, rate_hz=6.1, onset=0.0), total)
    sound = play_table(harmonic_table(tuple(bars)), cycles)
    speaker = tremolo(total, depth=0.12, rate_hz=6.1)
    return sound * speaker * held(total, attack=0.012, release=0.07)
