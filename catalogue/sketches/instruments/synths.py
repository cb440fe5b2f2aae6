"""Electronic voices: basses, leads and the beeps of small machines."""

import numpy as np

from catalogue.sketches.instruments.tones import (
    Signal,
    Tone,
    as_signal,
    clock,
    decay,
    envelope,
    filtered,
    held,
    phase,
    released,
    saw,
    shaped,
    sine,
    vibrato,
)


def sub_bass(note: Tone) -> Signal:
    """A sine with enough saturation to be heard on small speakers."""
    total = note.seconds + 0.05
    tone = sine(phase(note.hz, total))
    return shaped(tone, 1.6) * held(total, attack=0.012, release=0.05)


def synth_bass(note: Tone) -> Signal:
    """A saw bass whose filter closes after each note, over a sine."""
    total = note.seconds + 0.05
    cycles = phase(note.hz, total)
    closing = decay(total, 0.45)
    bright = saw(cycles, note.hz, cutoff_hz=900.0 + 1600.0 * note.velocity)
    dark = saw(cycles, note.hz, cutoff_hz=180.0)
    tone = bright * closing + dark * (1 - closing)
    return as_signal(tone + 0.6 * sine(cycles)) * held(total, attack=0.004, release=0.05)


def reese_bass(note: Tone) -> Signal:
    """Two saws that beat against each other, driven."""
    total = note.seconds + 0.06
    tone = saw(phase(note.hz * 0.994, total), note.hz, cutoff_hz=900.0)
    tone = tone + saw(phase(note.hz * 1.006, total) + 0.4, note.hz, cutoff_hz=900.0)
    return shaped(tone, 1.5) * held(total, attack=0.008, release=0.06)


def square_lead(note: Tone) -> Signal:
    """A games-console square with a late vibrato."""
    total = min(note.seconds, 0.9 * note.seconds + 0.02)
    cycles = phase(vibrato(note.hz, total, depth=0.006, rate_hz=6.0, onset=0.2), total)
    tone = saw(cycles, note.hz, cutoff_hz=7000.0, odd_only=True)
    fall = envelope(total, [(0, 1), (0.08, 0.7), (max(total, 0.1), 0.5)])
    return tone * fall * held(total, attack=0.003, release=0.02)


def saw_lead(note: Tone) -> Signal:
    """A bright stack of three saws."""
    total = note.seconds + 0.08
    tone = np.zeros(len(clock(total)), dtype=np.float32)
    for ratio in (0.995, 1.0, 1.005):
        swing = vibrato(note.hz * ratio, total, depth=0.003, rate_hz=5.5)
        tone += saw(
            phase(swing, total) + ratio * 7, note.hz, cutoff_hz=2200.0 + 3500.0 * note.velocity
        )
    return tone * held(total, attack=0.008, release=0.08) / np.float32(3)


def synth_pluck(note: Tone) -> Signal:
    """A short filtered pluck, the hook of a dance track."""
    total = max(note.seconds, 0.2) + 0.2
    closing = decay(total, 0.35)
    tone = np.zeros(len(closing), dtype=np.float32)
    for ratio in (0.996, 1.004):
        cycles = phase(note.hz * ratio, total) + ratio * 3
        bright = saw(cycles, note.hz, cutoff_hz=2500.0 + 3500.0 * note.velocity)
        tone += bright * closing + saw(cycles, note.hz, cutoff_hz=500.0) * (1 - closing)
    return released(tone * decay(total, 1.1), max(note.seconds, 0.15), 0.12)


def soft_lead(note: Tone) -> Signal:
    """A nearly pure lead that slides into its notes."""
    total = note.seconds + 0.15
    swing = vibrato(note.hz, total, depth=0.004, rate_hz=4.8, onset=0.3)
    slide = 1.0 - 0.02 * np.exp(-np.arange(len(swing)) / 2200.0)
    tone = saw(phase(swing * slide, total), note.hz, cutoff_hz=500.0 + 500.0 * note.velocity)
    return tone * held(total, attack=0.03, release=0.15)


def buzzer(note: Tone) -> Signal:
    """A nagging little reed: a narrow pulse through a tin box."""
    total = min(note.seconds, 0.22) + 0.02
    cycles = phase(note.hz, total)
    pulse = saw(cycles, note.hz, cutoff_hz=6000.0) - saw(cycles + 0.1, note.hz, cutoff_hz=6000.0)
    return filtered(pulse, "bandpass", 500.0, 5000.0) * held(total, attack=0.004, release=0.02)
