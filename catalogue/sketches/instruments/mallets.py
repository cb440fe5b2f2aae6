"""Struck bars, tines and bells as sums of their modes of vibration."""

import numpy as np
from numpy.random import Generator

from catalogue.sketches.instruments.tones import (
    Signal,
    Tone,
    clock,
    filtered,
    modes,
    noise,
    released,
    tremolo,
)


def _tap(sound: Signal, rng: Generator, level: float, low_hz: float) -> Signal:
    click = filtered(noise(0.012, rng), "highpass", low_hz)
    click *= np.linspace(1, 0, len(click), dtype=np.float32) * np.float32(level)
    count = min(len(click), len(sound))
    sound[:count] += click[:count]
    return sound


def marimba(note: Tone) -> Signal:
    """A rosewood bar tuned 1 : 4 : 10, under a soft mallet."""
    fall = float(np.clip(1.6 * (260.0 / note.hz) ** 0.6, 0.35, 2.6))
    gains = np.array([1.0, 0.22 + 0.25 * note.velocity, 0.05 + 0.12 * note.velocity])
    falls = np.array([fall, fall * 0.3, fall * 0.12])
    sound = modes(note.hz * np.array([1.0, 3.93, 9.6]), gains, falls, max(note.seconds, 0.3) + 0.5)
    return released(
        _tap(sound, note.rng, 0.05 + 0.1 * note.velocity, 500.0), max(note.seconds, 0.3), 0.4
    )


def vibraphone(note: Tone) -> Signal:
    """An aluminium bar with the motor's slow tremolo."""
    gains = np.array([1.0, 0.3 * note.velocity + 0.05, 0.12 * note.velocity])
    sound = modes(
        note.hz * np.array([1.0, 3.98, 10.1]), gains, np.array([5.0, 1.5, 0.4]), note.seconds + 0.8
    )
    motor = tremolo(note.seconds + 0.8, depth=0.22, rate_hz=4.6)
    return released(sound * motor, note.seconds, 0.6)


def music_box(note: Tone) -> Signal:
    """A plucked steel comb: clear, glassy, ringing on."""
    ratios = np.array([1.0, 2.0, 3.01, 5.4, 8.9])
    gains = np.array([1.0, 0.18, 0.1, 0.2 * note.velocity + 0.08, 0.1 * note.velocity])
    falls = np.array([2.4, 1.2, 0.9, 0.35, 0.15])
    sound = modes(note.hz * ratios, gains, falls, note.seconds + 1.2)
    return released(_tap(sound, note.rng, 0.06, 3000.0), note.seconds + 0.7, 0.7)


def glockenspiel(note: Tone) -> Signal:
    """Small steel bars, struck hard."""
    ratios = np.array([1.0, 2.76, 5.4, 8.93])
    gains = np.array([1.0, 0.35, 0.2 * note.velocity, 0.1 * note.velocity])
    sound = modes(note.hz * ratios, gains, np.array([2.2, 0.9, 0.4, 0.2]), note.seconds + 0.9)
    return released(_tap(sound, note.rng, 0.1, 4000.0), note.seconds + 0.4, 0.5)


def bell(note: Tone) -> Signal:
    """A church bell whose strike note is the pitch: hum, prime, minor third, fifth, nominal."""
    ratios = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.66, 3.01, 4.17])
    gains = np.array([0.35, 0.8, 0.3, 0.25, 1.0, 0.35, 0.3, 0.25]) * (0.5 + 0.5 * note.velocity)
    falls = np.array([7.0, 5.0, 3.5, 3.0, 3.5, 2.0, 1.6, 1.0])
    sound = modes(note.hz * ratios, gains, falls, note.seconds + 2.0)
    return released(_tap(sound, note.rng, 0.08, 2000.0), note.seconds + 1.4, 1.0)


def glass(note: Tone) -> Signal:
    """A wet finger on the rim of a glass: slow to speak, nearly pure."""
    total = note.seconds + 0.8
    sound = modes(note.hz * np.array([1.0, 1.003, 2.32]), np.array([1.0, 0.7, 0.12]), 9.0, total)
    swell = 1.0 - np.exp(-clock(total) * 6.0)
    return released((sound * swell).astype(np.float32), note.seconds, 0.7)
