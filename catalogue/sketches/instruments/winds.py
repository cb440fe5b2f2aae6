"""Blown instruments: flute, clarinet, whistle, brass, horn and tuba."""

import numpy as np

from catalogue.sketches.instruments.tones import (
    Signal,
    Tone,
    envelope,
    filtered,
    harmonic_table,
    held,
    noise,
    phase,
    play_table,
    saw,
    vibrato,
)


def flute(note: Tone) -> Signal:
    """A flute: few harmonics, breath around the note, vibrato as it is held."""
    total = note.seconds + 0.12
    cycles = phase(vibrato(note.hz, total, depth=0.0045, rate_hz=5.0), total)
    tone = play_table(harmonic_table((1.0, 0.28 + 0.2 * note.velocity, 0.12, 0.04, 0.02)), cycles)
    breath = filtered(
        noise(total, note.rng), "bandpass", note.hz * 0.9, min(note.hz * 3.0, 12_000.0), order=1
    )
    chiff = envelope(total, [(0, 0.12), (0.06, 0.03), (total, 0.02)])
    return (tone + breath * chiff) * held(total, attack=0.06, release=0.1)


def whistle(note: Tone) -> Signal:
    """Somebody whistling, carefree."""
    total = note.seconds + 0.08
    swing = vibrato(note.hz, total, depth=0.006, rate_hz=5.6, onset=0.15)
    scoop = 1.0 - 0.03 * np.exp(-np.arange(len(swing)) / 1300.0)
    tone = play_table(harmonic_table((1.0, 0.05, 0.02)), phase(swing * scoop, total))
    breath = filtered(noise(total, note.rng), "bandpass", note.hz * 0.8, note.hz * 1.3, order=1)
    return (tone + 0.04 * breath) * held(total, attack=0.04, release=0.07)


def clarinet(note: Tone) -> Signal:
    """A clarinet: mostly odd harmonics."""
    total = note.seconds + 0.09
    cycles = phase(vibrato(note.hz, total, depth=0.0015, rate_hz=4.8), total)
    tone = saw(cycles, note.hz, cutoff_hz=1200.0 + 1600.0 * note.velocity, odd_only=True)
    even = play_table(harmonic_table((0.0, 1.0, 0.0, 0.6)), cycles)
    return (tone + 0.08 * even) * held(total, attack=0.045, release=0.08)


def _blown_brass(
    hz: float, seconds: float, velocity: float, *, dark_hz: float, bright_hz: float, attack: float
) -> Signal:
    """Brass opens as it is blown harder: a dark and a bright table crossed by the envelope."""
    total = seconds + 0.12
    swing = vibrato(hz, total, depth=0.003, rate_hz=5.0, onset=0.35)
    cycles = phase(swing * (1.0 - 0.012 * np.exp(-np.arange(len(swing)) / 900.0)), total)
    dark = saw(cycles, hz, cutoff_hz=dark_hz)
    bright = saw(cycles, hz, cutoff_hz=bright_hz)
    peak = 0.35 + 0.65 * velocity
    blow = envelope(total, [(0, 0), (attack, peak), (attack + 0.15, peak * 0.7), (total, 0.3)])
    return (dark * (1 - blow) + bright * blow) * held(total, attack=attack, release=0.1)


def brass(note: Tone) -> Signal:
    """Trumpets and trombones, slightly apart in pitch."""
    first = _blown_brass(
        note.hz * 0.9985, note.seconds, note.velocity, dark_hz=700.0, bright_hz=4200.0, attack=0.045
    )
    second = _blown_brass(
        note.hz * 1.0015, note.seconds, note.velocity, dark_hz=600.0, bright_hz=3600.0, attack=0.06
    )
    return (first + second) * np.float32(0.5)


def horn(note: Tone) -> Signal:
    """A French horn: round, distant."""
    return _blown_brass(
        note.hz, note.seconds, note.velocity, dark_hz=450.0, bright_hz=1500.0, attack=0.09
    )


def tuba(note: Tone) -> Signal:
    """A tuba, detached."""
    return _blown_brass(
        note.hz, note.seconds * 0.85, note.velocity, dark_hz=260.0, bright_hz=900.0, attack=0.04
    )
