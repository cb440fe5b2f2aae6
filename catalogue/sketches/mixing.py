"""The mixing desk: notes onto buses, loudness by role, stereo, chorus, pump and a synthetic room.

Stereo signals are float32 arrays of shape (2, samples).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from catalogue.sketches.instruments import INSTRUMENTS, KITS, Instrument, Signal, Tone, strike
from catalogue.sketches.instruments.drums import KICK, LOW_TOM
from catalogue.sketches.instruments.tones import RATE, as_signal, filtered, samples_in, shaped
from catalogue.sketches.mastering import loudness
from catalogue.sketches.score import Note, Part, Score

Stereo = NDArray[np.float32]

TAIL_SECONDS = 2.5
"""How long the last chord may ring."""

_ROLE_LUFS: Mapping[str, float] = {
    "melody": -20.0,
    "counter": -27.0,
    "double": -25.0,
    "riser": -27.0,
    "chords": -25.0,
    "ostinato": -26.0,
    "bass": -23.5,
    "drums": -22.0,
    "drone": -28.0,
    "texture": -36.0,
}
_DRUM_PANS = {42: 0.3, 46: 0.3, 51: -0.35, 49: -0.3, 54: 0.4, 70: -0.45, 50: 0.25, 45: -0.25}


@dataclass(frozen=True, slots=True)
class Space:
    """A room: 60 dB decay in seconds, brightness in (0, 1], pre-delay, and how much is heard."""

    seconds: float
    brightness: float
    delay_seconds: float
    wet: float


SPACES: Mapping[str, Space] = {
    "booth": Space(0.35, 0.6, 0.004, 0.5),
    "room": Space(0.8, 0.6, 0.01, 0.8),
    "plate": Space(1.6, 0.9, 0.015, 0.8),
    "chamber": Space(1.4, 0.5, 0.02, 1.0),
    "hall": Space(2.2, 0.5, 0.03, 1.0),
    "cathedral": Space(4.0, 0.4, 0.045, 1.0),
}
"""The rooms by name."""


@lru_cache(maxsize=8)
def impulse_response(name: str) -> Stereo:
    """The room's echo of a click: early reflections, then noise whose treble dies first."""
    space = SPACES[name]
    rng = np.random.default_rng([len(name), round(space.seconds * 100)])
    length = space.seconds * 1.1
    time = np.arange(samples_in(length), dtype=np.float32) / np.float32(RATE)
    tail = np.zeros((2, len(time)), dtype=np.float32)
    for low, high, share in ((120.0, 700.0, 1.0), (700.0, 3000.0, 0.8), (3000.0, 9000.0, 0.4)):
        band = filtered(rng.standard_normal(tail.shape, dtype=np.float32), "bandpass", low, high)
        level = share * space.brightness ** (share < 1.0)
        tail += band * np.float32(level) * np.exp(time * np.float32(-6.9 / (space.seconds * share)))
    tail *= 1.0 - np.exp(-time * np.float32(60.0))
    for echo in range(6):
        place = samples_in(0.007 + 0.006 * echo + 0.002 * float(rng.random()))
        tail[echo % 2, place] += 2.0 / (1 + echo)
    silence = np.zeros((2, samples_in(space.delay_seconds)), dtype=np.float32)
    response = np.concatenate([silence, tail], axis=1)
    return as_signal(response / np.sqrt((response**2).sum() / 2))


def panned(signal: Signal, place: float) -> Stereo:
    """A mono signal at a place from -1 (left) to 1 (right), with constant power."""
    angle = (np.clip(place, -1.0, 1.0) + 1.0) * np.pi / 4
    return np.stack([signal * np.float32(np.cos(angle)), signal * np.float32(np.sin(angle))])


def chorused(bus: Stereo) -> Stereo:
    """Doubles a bus with copies that drift in time, opposite on each side."""
    places = np.arange(bus.shape[1], dtype=np.float32)
    drift = np.sin(places * np.float32(2 * np.pi * 0.43 / RATE))
    out = bus.copy()
    for side, sign in ((0, 1.0), (1, -1.0)):
        delay = np.float32(0.011 * RATE) + np.float32(0.0025 * RATE * sign) * drift
        whole = delay.astype(np.int32)
        part = delay - whole.astype(np.float32)
        later = np.maximum(places.astype(np.int32) - whole, 1)
        wet = (1 - part) * bus[side][later] + part * bus[side][later - 1]
        out[side] = np.float32(0.8) * bus[side] + np.float32(0.45) * wet
    return out


def pump(score: Score, samples: int) -> Signal:
    """Gain that ducks at each kick of the score and recovers within a beat."""
    gain = np.ones(samples, dtype=np.float32)
    beat = 60.0 / score.tempo
    dip = 1.0 - 0.6 * np.exp(-np.arange(samples_in(beat)) / RATE * 4.0 / beat)
    for part in score.parts:
        for note in part.notes if part.role == "drums" else ():
            if note.pitch == KICK:
                start = round(note.beat * beat * RATE)
                stop = min(samples, start + len(dip))
                np.minimum(gain[start:stop], dip[: stop - start], out=gain[start:stop])
    return gain


class Desk:
    """Renders the parts of one score; sounds are made once and reused wherever they recur."""

    def __init__(self, score: Score, rng: Generator) -> None:
        self._score = score
        self._rng = rng
        self._beat_seconds = 60.0 / score.tempo
        self.samples = samples_in(score.seconds + TAIL_SECONDS)

    def _place(self, bus: Stereo, note: Note, sound: Signal, gain: float, pan: float) -> None:
        start = round((note.beat * self._beat_seconds + note.delay_seconds) * RATE)
        sound = sound[: max(0, bus.shape[1] - start)]
        bus[:, start : start + len(sound)] += panned(sound * np.float32(gain), pan)

    def _drums(self, part: Part) -> Stereo:
        bus = np.zeros((2, self.samples), dtype=np.float32)
        kit = KITS[part.instrument]
        cache: dict[tuple[int, int], Signal] = {}
        for note in part.notes:
            layer = (note.pitch, round(note.velocity * 4))
            if layer not in cache:
                cache[layer] = strike(kit, note.pitch, layer[1] / 4, self._rng)
            pan = _DRUM_PANS.get(note.pitch, 0.0)
            self._place(bus, note, cache[layer], note.velocity**1.5, pan)
        return bus

    def _pitched(self, part: Part, instrument: Instrument) -> Stereo:
        bus = np.zeros((2, self.samples), dtype=np.float32)
        cache: dict[tuple[int, float, int], Signal] = {}
        for note in part.notes:
            layer = (note.pitch, round(note.beats, 3), round(note.velocity * 4))
            if layer not in cache:
                hertz = 440.0 * 2.0 ** ((note.pitch - 69) / 12)
                seconds = note.beats * self._beat_seconds
                cache[layer] = instrument.voice(Tone(hertz, seconds, layer[2] / 4, self._rng))
            spread = instrument.width * (note.pitch - 64) / 24
            self._place(bus, note, cache[layer], note.velocity**1.3, part.pan + spread)
        return bus

    def _echoed(self, bus: Stereo, level: float) -> Stereo:
        """Adds repeats three quarters of a beat apart, from side to side."""
        out = bus.copy()
        for repeat in range(1, 5):
            shift = repeat * samples_in(0.75 * self._beat_seconds)
            swapped = bus[::-1] if repeat % 2 else bus
            out[:, shift:] += swapped[:, :-shift] * np.float32(level**repeat)
        return out

    def bus(self, part: Part) -> tuple[Stereo, float]:
        """A part's bus at the loudness of its role, and its reverb send."""
        if part.instrument in KITS:
            bus, send = self._drums(part), 0.12
            if any(note.pitch == LOW_TOM for note in part.notes):
                send = 0.25
        else:
            instrument = INSTRUMENTS[part.instrument]
            bus, send = self._pitched(part, instrument), instrument.reverb
            if instrument.drive:
                peak = np.float32(np.abs(bus).max() + 1e-9)
                bus = filtered(shaped(bus / peak, instrument.drive), "lowpass", 5000.0)
            bus = filtered(bus, "highpass", instrument.low_cut_hz)
            if instrument.chorus:
                bus = chorused(bus)
            if instrument.echo:
                bus = self._echoed(bus, instrument.echo)
        target = _ROLE_LUFS[part.role] + part.level_db
        return bus * np.float32(10 ** ((target - loudness(bus)) / 20)), send


def mixed(score: Score, *, space: str, pumping: bool, rng: Generator) -> Stereo:
    """All parts of a score in one room."""
    desk = Desk(score, rng)
    dry = np.zeros((2, desk.samples), dtype=np.float32)
    wet = np.zeros_like(dry)
    ducking = pump(score, desk.samples) if pumping else None
    for part in score.parts:
        bus, send = desk.bus(part)
        if ducking is not None and part.role != "drums":
            bus *= ducking
        dry += bus
        wet += bus * np.float32(send)
    room = oaconvolve(wet, impulse_response(space), axes=1)[:, : desk.samples]
    return as_signal(dry + SPACES[space].wet * room)
