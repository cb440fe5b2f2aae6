"""Noise textures that lie under a whole piece: rain, waves, wind, a room's hum and old vinyl."""

import numpy as np

from catalogue.sketches.instruments.tones import (
    Signal,
    Tone,
    as_signal,
    clock,
    envelope,
    filtered,
    noise,
    samples_in,
)


def _edges(seconds: float) -> Signal:
    """A slow fade in and out."""
    return envelope(seconds, [(0, 0), (1.5, 1), (max(seconds - 2.0, 1.6), 1), (seconds, 0)])


def rain(note: Tone) -> Signal:
    """Steady rain with single drops."""
    bed = filtered(noise(note.seconds, note.rng), "bandpass", 1500.0, 9000.0, order=1) * np.float32(
        0.25
    )
    drops = np.zeros(samples_in(note.seconds), dtype=np.float32)
    places = note.rng.integers(0, len(drops), int(note.seconds * 45))
    np.add.at(drops, places, (note.rng.random(len(places)) ** 4).astype(np.float32) * 14)
    return (bed + filtered(drops, "bandpass", 1800.0, 5200.0)) * _edges(note.seconds)


def waves(note: Tone) -> Signal:
    """Sea on a flat beach, a wave about every seven seconds."""
    swell = np.sin(np.pi * clock(note.seconds) / 7.1) ** 2
    surf = filtered(noise(note.seconds, note.rng), "bandpass", 250.0, 2600.0, order=1)
    return as_signal(surf * (0.15 + swell)) * _edges(note.seconds)


def wind(note: Tone) -> Signal:
    """Wind that rises and falls."""
    low = filtered(noise(note.seconds, note.rng), "bandpass", 180.0, 480.0)
    high = filtered(noise(note.seconds, note.rng), "bandpass", 520.0, 900.0)
    time = clock(note.seconds)
    gust = 0.55 + 0.45 * np.sin(2 * np.pi * 0.11 * time + 3 * float(note.rng.random()))
    return as_signal(low * gust + 0.6 * high * gust**3) * _edges(note.seconds)


def riser(note: Tone) -> Signal:
    """Noise that swells and brightens until it is cut off."""
    hiss = noise(note.seconds, note.rng)
    share = np.linspace(0.0, 1.0, len(hiss), dtype=np.float32)
    low = filtered(hiss, "bandpass", 300.0, 900.0) * (1 - share)
    high = filtered(hiss, "bandpass", 1800.0, 6500.0, order=1) * share**2
    return as_signal((low + high) * share**1.5)


def room_hum(note: Tone) -> Signal:
    """An empty building: low rumble and air."""
    rumble = filtered(noise(note.seconds, note.rng), "bandpass", 35.0, 140.0)
    air = filtered(noise(note.seconds, note.rng), "bandpass", 900.0, 4000.0, order=1) * np.float32(
        0.05
    )
    return (rumble + air) * _edges(note.seconds)


def vinyl(note: Tone) -> Signal:
    """Hiss and crackle of a record."""
    hiss = filtered(noise(note.seconds, note.rng), "highpass", 2500.0) * np.float32(0.02)
    clicks = np.zeros(samples_in(note.seconds), dtype=np.float32)
    places = note.rng.integers(0, len(clicks), int(note.seconds * 9))
    clicks[places] = note.rng.standard_normal(len(places)).astype(np.float32)
    return (hiss + filtered(clicks, "bandpass", 700.0, 7000.0)) * _edges(note.seconds)
