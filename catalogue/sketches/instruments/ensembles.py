"""Sustained sections: pads, string ensembles, a choir and a drone, each several players wide."""

import numpy as np
from numpy.random import Generator

from catalogue.sketches.instruments.tones import (
    RATE,
    Signal,
    Tone,
    as_signal,
    clock,
    envelope,
    filtered,
    held,
    noise,
    phase,
    saw,
    tremolo,
    vibrato,
)


def _section(
    hz: float, seconds: float, rng: Generator, *, players: int, spread: float, cutoff_hz: float
) -> Signal:
    """Several detuned saws, each with its own vibrato and phase; `spread` is a share of pitch."""
    total = np.zeros(len(clock(seconds)), dtype=np.float32)
    for offset in np.linspace(-spread, spread, players):
        rate = 4.6 + 1.2 * float(rng.random())
        swing = vibrato(hz * (1.0 + offset), seconds, depth=0.002, rate_hz=rate, onset=0.1)
        total += saw(phase(swing, seconds) + float(rng.random()), hz, cutoff_hz=cutoff_hz)
    return total / np.float32(players)


def strings(note: Tone) -> Signal:
    """A bowed string section, legato."""
    total = note.seconds + 0.35
    sound = _section(
        note.hz, total, note.rng, players=4, spread=0.003, cutoff_hz=1100.0 + 1900.0 * note.velocity
    )
    return sound * held(total, attack=0.22 - 0.12 * note.velocity, release=0.35)


def spiccato(note: Tone) -> Signal:
    """The same section with bouncing bows: short and biting."""
    total = min(note.seconds, 0.3) + 0.15
    sound = _section(
        note.hz, total, note.rng, players=3, spread=0.002, cutoff_hz=1500.0 + 3000.0 * note.velocity
    )
    return sound * envelope(total, [(0, 0), (0.012, 1), (0.09, 0.45), (total, 0)])


def tremolo_strings(note: Tone) -> Signal:
    """Bows trembling on one note."""
    sound = strings(note)
    return sound * tremolo(len(sound) / RATE, depth=0.4, rate_hz=11.0)


def cello(note: Tone) -> Signal:
    """One bowed cello with a wide vibrato and wooden resonances."""
    total = note.seconds + 0.2
    cycles = phase(vibrato(note.hz, total, depth=0.005, rate_hz=5.3), total)
    sound = saw(cycles, note.hz, cutoff_hz=900.0 + 1400.0 * note.velocity)
    body = filtered(sound, "bandpass", 180.0, 420.0) + filtered(sound, "bandpass", 900.0, 1500.0)
    rosin = filtered(noise(total, note.rng), "highpass", 3000.0) * np.float32(0.006)
    return as_signal(sound + 0.8 * body + rosin) * held(total, attack=0.11, release=0.2)


def warm_pad(note: Tone) -> Signal:
    """A slow analogue pad."""
    total = note.seconds + 0.6
    sound = _section(
        note.hz, total, note.rng, players=3, spread=0.004, cutoff_hz=420.0 + 700.0 * note.velocity
    )
    return sound * held(total, attack=0.4, release=0.6)


def bright_pad(note: Tone) -> Signal:
    """A wide, shining stack of saws."""
    total = note.seconds + 0.25
    sound = _section(
        note.hz, total, note.rng, players=5, spread=0.007, cutoff_hz=2500.0 + 4500.0 * note.velocity
    )
    return sound * held(total, attack=0.03, release=0.25)


def glass_pad(note: Tone) -> Signal:
    """Sines and octaves that drift against each other."""
    total = note.seconds + 0.8
    time = clock(total).astype(np.float64)
    sound = np.zeros(len(time))
    for ratio, gain in ((1.0, 1.0), (2.0, 0.35), (3.0, 0.12), (4.01, 0.08 + 0.1 * note.velocity)):
        beat = 1.0 + 0.3 * np.sin(2 * np.pi * (0.3 + 0.2 * note.rng.random()) * time + ratio)
        sound += gain * beat * np.sin(2 * np.pi * note.hz * ratio * time)
    return as_signal(sound) * held(total, attack=0.5, release=0.8)


def choir(note: Tone) -> Signal:
    """Voices on "ah": detuned saws through the vowel's formants."""
    total = note.seconds + 0.4
    source = _section(note.hz, total, note.rng, players=4, spread=0.005, cutoff_hz=3500.0)
    vowel = np.zeros_like(source)
    for centre, gain in ((700.0, 1.0), (1120.0, 0.5), (2600.0, 0.16)):
        vowel += np.float32(gain) * filtered(
            source, "bandpass", centre * 0.85, centre * 1.15, order=1
        )
    return as_signal(vowel + 0.25 * source) * held(total, attack=0.25, release=0.4)


def drone(note: Tone) -> Signal:
    """A dark, slowly moving low tone."""
    total = note.seconds + 0.5
    sound = _section(
        note.hz, total, note.rng, players=3, spread=0.002, cutoff_hz=260.0 + 500.0 * note.velocity
    )
    breathing = tremolo(total, depth=0.25, rate_hz=0.17)
    return sound * breathing * held(total, attack=0.8, release=0.5)
