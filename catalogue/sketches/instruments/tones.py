"""The raw materials of every instrument: oscillators, modal sums, envelopes, noise and filters.

A signal is a float32 array of mono samples at `RATE`; pitches are in hertz and times in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray
from scipy.signal import butter, sosfilt

RATE = 44_100
"""Samples per second of everything this package makes."""

Signal = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tone:
    """A note to sound: pitch, seconds held, velocity in [0, 1], and a source of noise."""

    hz: float
    seconds: float
    velocity: float
    rng: Generator


_TABLE = 8192
_BLOCK = 512


def as_signal(values: ArrayLike) -> Signal:
    """The values as samples."""
    return np.asarray(values, dtype=np.float32)


def samples_in(seconds: float) -> int:
    """Number of samples in a span, at least one."""
    return max(1, round(seconds * RATE))


def clock(seconds: float) -> Signal:
    """Time of each sample in seconds, from zero."""
    return np.arange(samples_in(seconds), dtype=np.float32) / np.float32(RATE)


def phase(hz: ArrayLike, seconds: float) -> NDArray[np.float64]:
    """Running phase in cycles of a steady (scalar) or changing (per sample) frequency."""
    frequencies = np.asarray(hz, dtype=np.float64)
    if frequencies.ndim == 0:
        frequencies = np.full(samples_in(seconds), frequencies)
    return np.cumsum(frequencies / RATE)


def sine(cycles: ArrayLike) -> Signal:
    """A sine at the given phases in cycles."""
    return as_signal(np.sin(2 * np.pi * np.asarray(cycles)))


def tremolo(seconds: float, *, depth: float, rate_hz: float) -> Signal:
    """A gain that swings by `depth` around one."""
    return 1 + as_signal(depth) * sine(clock(seconds) * rate_hz)


def vibrato(
    hz: float, seconds: float, *, depth: float, rate_hz: float = 5.2, onset: float = 0.25
) -> Signal:
    """Frequency per sample that starts steady and swings by `depth` (a share of the pitch)."""
    time = clock(seconds)
    swell = np.clip((time - np.float32(onset)) / np.float32(0.3), 0.0, 1.0)
    swing = np.sin(np.float32(2 * np.pi * rate_hz) * time)
    return as_signal(hz + hz * depth * swell * swing)


@lru_cache(maxsize=512)
def _saw_table(harmonics: int, cutoff: int, odd_only: bool) -> Signal:
    orders = np.arange(1, harmonics + 1)
    amplitudes = 1.0 / orders / (1.0 + (orders / cutoff) ** 2)
    if odd_only:
        amplitudes[1::2] = 0.0
    return harmonic_table(tuple(amplitudes))


@lru_cache(maxsize=512)
def harmonic_table(amplitudes: tuple[float, ...]) -> Signal:
    """One cycle of a sum of sine harmonics with the given amplitudes, scaled to a peak of one."""
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    spectrum[1 : len(amplitudes) + 1] = -1j * np.asarray(amplitudes)
    cycle = np.fft.irfft(spectrum)
    return as_signal(cycle / np.abs(cycle).max())


def play_table(table: Signal, cycles: NDArray[np.float64]) -> Signal:
    """Reads a single-cycle table at the given phases (in cycles)."""
    return as_signal(table[(cycles * _TABLE).astype(np.int64) & (_TABLE - 1)])


def saw(
    cycles: NDArray[np.float64], hz: float, *, cutoff_hz: float, odd_only: bool = False
) -> Signal:
    """A band-limited saw (square-like if `odd_only`) darkened above `cutoff_hz`."""
    harmonics = max(1, min(200, int(0.45 * RATE / hz)))
    cutoff = max(1, round(cutoff_hz / hz))
    return play_table(_saw_table(harmonics, cutoff, odd_only), cycles)


def modes(
    frequencies: ArrayLike, amplitudes: ArrayLike, decays: ArrayLike, seconds: float
) -> Signal:
    """A sum of decaying sines: struck and plucked bodies as their modes of vibration.

    `decays` are the times in seconds in which a mode falls by 60 dB. The sum is one matrix
    product: each block of samples is the block's starting state times the sines within a block.
    Modes above the audible band are left out.
    """
    hertz = np.asarray(frequencies, dtype=np.float64)
    keep = hertz < 0.42 * RATE
    hertz = hertz[keep]
    gains = np.broadcast_to(np.asarray(amplitudes, dtype=np.float64), keep.shape)[keep]
    fall = 6.908 / np.broadcast_to(np.asarray(decays, dtype=np.float64), keep.shape)[keep]
    poles = (-fall + 2j * np.pi * hertz) / RATE
    count = samples_in(seconds)
    blocks = -(-count // _BLOCK)
    starts = gains * np.exp(np.outer(np.arange(blocks) * _BLOCK, poles))
    within = np.exp(np.outer(poles, np.arange(_BLOCK)))
    return as_signal((starts @ within).imag.reshape(-1)[:count])


def envelope(seconds: float, points: Sequence[tuple[float, float]]) -> Signal:
    """A curve of straight lines through (time, level) points, held after the last one."""
    times, levels = zip(*points, strict=True)
    return as_signal(np.interp(clock(seconds), times, levels))


def held(seconds: float, *, attack: float, release: float, sustain: float = 1.0) -> Signal:
    """The loudness of a blown or bowed note of `seconds`, release included."""
    attack = min(attack, seconds * 0.5)
    end = max(seconds - release, attack + 1e-3)
    points = [(0.0, 0.0), (attack, 1.0), (end, sustain), (max(seconds, end + 1e-3), 0.0)]
    return as_signal(envelope(seconds, points) ** 1.5)


def decay(seconds: float, fall: float) -> Signal:
    """Exponential fall by 60 dB in `fall` seconds."""
    return as_signal(np.exp(clock(seconds) * np.float32(-6.908 / fall)))


def released(signal: Signal, held_seconds: float, release: float) -> Signal:
    """Damps a ringing note from `held_seconds` on, and ends it without a click."""
    count = len(signal)
    gain = np.ones(count, dtype=np.float32)
    start = min(count, samples_in(held_seconds))
    tail = np.arange(count - start, dtype=np.float32) / np.float32(RATE)
    gain[start:] = np.exp(tail * np.float32(-4.0 / release))
    fade = min(count, 256)
    gain[count - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return signal * gain


def noise(seconds: float, rng: Generator) -> Signal:
    """White noise with a standard deviation of one."""
    return rng.standard_normal(samples_in(seconds), dtype=np.float32)


@lru_cache(maxsize=256)
def _sections(order: int, edges: tuple[float, ...], kind: str) -> NDArray[np.float64]:
    band = edges[0] if len(edges) == 1 else edges
    return np.asarray(butter(order, band, kind, fs=RATE, output="sos"))


def filtered(signal: Signal, kind: str, *edges_hz: float, order: int = 2, axis: int = -1) -> Signal:
    """Butterworth "lowpass", "highpass" (one edge) or "bandpass" (two edges)."""
    edges = tuple(float(np.clip(edge, 15.0, 0.45 * RATE)) for edge in edges_hz)
    sections = _sections(order, edges, kind).astype(signal.dtype)
    return np.asarray(sosfilt(sections, signal, axis=axis), dtype=np.float32)


def shaped(signal: Signal, drive: float) -> Signal:
    """Soft saturation; `drive` of one is gentle, ten is a fuzz box."""
    return as_signal(np.tanh(signal * np.float32(drive)) / np.tanh(drive))
