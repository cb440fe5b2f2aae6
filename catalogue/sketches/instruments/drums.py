"""Synthesised drum kits; a kit answers to General MIDI percussion numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from catalogue.sketches.instruments.tones import (
    Signal,
    clock,
    decay,
    envelope,
    filtered,
    modes,
    noise,
    phase,
    shaped,
    sine,
)

KICK, RIM, SNARE, CLAP, LOW_TOM, HAT, MID_TOM, OPEN_HAT, HIGH_TOM = (
    36,
    37,
    38,
    39,
    45,
    42,
    47,
    46,
    50,
)
CRASH, RIDE, TAMBOURINE, SHAKER, WOODBLOCK, TICK = 49, 51, 54, 70, 76, 75


@dataclass(frozen=True, slots=True)
class Kit:
    """How a kit is built: kick pitch and length, snare tone, and how bright and dry it is."""

    kick_hz: float = 52.0
    kick_fall: float = 0.35
    click: float = 0.5
    snare_hz: float = 190.0
    snare_fall: float = 0.22
    brightness: float = 1.0
    hat_fall: float = 0.09
    drive: float = 1.0


@dataclass(frozen=True, slots=True)
class Drummer:
    """Strikes the pieces of one kit; each method is one stroke as a mono signal."""

    kit: Kit
    rng: Generator

    def kick(self) -> Signal:
        """A sine that drops into its pitch, with a beater's click."""
        length = self.kit.kick_fall * 1.3 + 0.1
        time = clock(length)
        drop = self.kit.kick_hz * (1.0 + 3.2 * np.exp(-time * 38.0))
        body = sine(phase(drop, length))
        body *= decay(length, self.kit.kick_fall * 2.0)
        beater = filtered(noise(length, self.rng), "lowpass", 4500.0) * decay(length, 0.02)
        sound = body + np.float32(0.35 * self.kit.click) * beater
        return shaped(sound, 1.2 * self.kit.drive) * envelope(
            length, [(0, 1), (length - 0.03, 1), (length, 0)]
        )

    def snare(self) -> Signal:
        """Two drum-head modes and the rattle of wires."""
        length = self.kit.snare_fall + 0.15
        head = modes(self.kit.snare_hz * np.array([1.0, 1.6]), np.array([0.7, 0.4]), 0.22, length)
        wires = filtered(
            noise(length, self.rng), "bandpass", 1200.0, 9000.0 * self.kit.brightness, order=1
        )
        return shaped(head + 0.6 * wires * decay(length, self.kit.snare_fall * 1.6), self.kit.drive)

    def rim(self) -> Signal:
        """A stick on the rim."""
        return modes(np.array([430.0, 1720.0, 2600.0]), np.array([0.5, 1.0, 0.4]), 0.07, 0.12)

    def clap(self) -> Signal:
        """Several hands, not quite together."""
        bursts = envelope(
            0.3,
            [(0, 1), (0.008, 0.2), (0.011, 1), (0.019, 0.2), (0.023, 1), (0.06, 0.3), (0.25, 0)],
        )
        return (
            filtered(noise(0.3, self.rng), "bandpass", 800.0, 3500.0 * self.kit.brightness, order=1)
            * bursts
        )

    def _metal(self, length: float, low_hz: float) -> Signal:
        partials = np.array([2050.0, 3070.0, 3690.0, 4170.0, 5450.0, 8000.0, 9300.0, 11_700.0])
        ring = modes(partials * (1 + 0.01 * self.rng.standard_normal(8)), 0.35, 3.0, length)
        return filtered(ring + noise(length, self.rng) * np.float32(0.6), "highpass", low_hz)

    def _soft_top(self, sound: Signal) -> Signal:
        return filtered(sound, "lowpass", 13_000.0 * self.kit.brightness, order=1)

    def hat(self) -> Signal:
        """A closed hi-hat."""
        return self._soft_top(self._metal(0.15, 6500.0) * decay(0.15, self.kit.hat_fall))

    def open_hat(self) -> Signal:
        """An open hi-hat."""
        return self._soft_top(self._metal(0.5, 6000.0) * decay(0.5, 0.6))

    def ride(self) -> Signal:
        """A ride cymbal with a clear ping."""
        ping = modes(np.array([3300.0, 4950.0]), np.array([0.5, 0.3]), 0.7, 1.1)
        return self._soft_top(0.5 * self._metal(1.1, 5000.0) * decay(1.1, 1.2) + ping)

    def crash(self) -> Signal:
        """A crash cymbal."""
        return self._soft_top(self._metal(2.4, 3000.0) * decay(2.4, 2.6))

    def _tom(self, ratio: float) -> Signal:
        """A tom: a drum head whose pitch sags a little."""
        time = clock(0.6)
        sweep = self.kit.kick_hz * ratio * (1.0 + 0.5 * np.exp(-time * 22.0))
        body = sine(phase(sweep, 0.6)) * decay(0.6, 0.7)
        skin = filtered(noise(0.6, self.rng), "lowpass", 2500.0) * decay(0.6, 0.06)
        return body + 0.3 * skin

    def tambourine(self) -> Signal:
        """A shaken tambourine."""
        return filtered(self._metal(0.22, 5500.0), "highpass", 5500.0) * decay(0.22, 0.22)

    def shaker(self) -> Signal:
        """Seeds in a gourd: it swells before it stops."""
        swing = envelope(0.12, [(0, 0), (0.035, 1), (0.11, 0), (0.12, 0)])
        return filtered(noise(0.12, self.rng), "bandpass", 4500.0, 11_000.0, order=1) * swing

    def woodblock(self) -> Signal:
        """A hollow block of wood."""
        return modes(np.array([880.0, 2310.0]), np.array([1.0, 0.4]), 0.11, 0.18)

    def tick(self) -> Signal:
        """The tick of a clock."""
        return modes(np.array([2900.0, 5200.0]), np.array([0.7, 0.5]), 0.03, 0.06)

    def low_tom(self) -> Signal:
        """The floor tom."""
        return self._tom(1.7)

    def mid_tom(self) -> Signal:
        """The middle tom."""
        return self._tom(2.3)

    def high_tom(self) -> Signal:
        """The small tom."""
        return self._tom(3.1)


PIECES: Mapping[int, Callable[[Drummer], Signal]] = {
    KICK: Drummer.kick,
    RIM: Drummer.rim,
    SNARE: Drummer.snare,
    CLAP: Drummer.clap,
    HAT: Drummer.hat,
    OPEN_HAT: Drummer.open_hat,
    RIDE: Drummer.ride,
    CRASH: Drummer.crash,
    TAMBOURINE: Drummer.tambourine,
    SHAKER: Drummer.shaker,
    WOODBLOCK: Drummer.woodblock,
    TICK: Drummer.tick,
    LOW_TOM: Drummer.low_tom,
    MID_TOM: Drummer.mid_tom,
    HIGH_TOM: Drummer.high_tom,
}
"""What each percussion number sounds."""

LEVELS: Mapping[int, float] = {
    KICK: 1.0,
    SNARE: 0.7,
    CLAP: 0.7,
    RIM: 0.4,
    HAT: 0.22,
    OPEN_HAT: 0.2,
    RIDE: 0.16,
    CRASH: 0.3,
    TAMBOURINE: 0.22,
    SHAKER: 0.25,
    WOODBLOCK: 0.35,
    TICK: 0.3,
    LOW_TOM: 0.7,
    MID_TOM: 0.65,
    HIGH_TOM: 0.6,
}
"""How loud each piece of a kit is beside the kick."""

KITS: Mapping[str, Kit] = {
    "acoustic_kit": Kit(),
    "electronic_kit": Kit(kick_hz=48, kick_fall=0.4, click=0.9, snare_hz=210, drive=2.0),
    "soft_kit": Kit(kick_hz=58, click=0.15, snare_fall=0.12, brightness=0.55, hat_fall=0.06),
    "dusty_kit": Kit(kick_hz=55, click=0.3, snare_fall=0.16, brightness=0.4, drive=1.8),
    "concert_drums": Kit(kick_hz=44, kick_fall=0.9, click=0.3, snare_hz=240, brightness=0.8),
    "heavy_kit": Kit(kick_hz=50, click=1.0, snare_hz=170, snare_fall=0.34, drive=3.0),
}
"""The kits by name."""


def strike(kit: Kit, number: int, velocity: float, rng: Generator) -> Signal:
    """One stroke at its place in the kit's balance; `velocity` only darkens soft strokes."""
    sound = PIECES[number](Drummer(kit, rng))
    sound = sound * np.float32(LEVELS[number] / (np.abs(sound).max() + 1e-9))
    return (
        sound if velocity > 0.6 else filtered(sound, "lowpass", 9000.0 * velocity + 2500.0, order=1)
    )
