"""Keys, scales and chords: Roman numerals in a key, and voices that move as little as they can."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

TONICS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""The tonics, spelled with sharps; the index is the pitch class."""

SCALES = MappingProxyType(
    {
        "major": (0, 2, 4, 5, 7, 9, 11),
        "minor": (0, 2, 3, 5, 7, 8, 10),
        "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "phrygian": (0, 1, 3, 5, 7, 8, 10),
        "lydian": (0, 2, 4, 6, 7, 9, 11),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    }
)
"""Seven-note scales as semitones above the tonic."""

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_ROMAN = re.compile(
    r"(?P<accidental>b?)(?P<numeral>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?P<suffix>.*)"
)
_SUFFIXES: MappingProxyType[str, tuple[int, ...]] = MappingProxyType(
    {
        "sus2": (0, 2, 7),
        "sus4": (0, 5, 7),
        "5": (0, 7),
        "o": (0, 3, 6),
        "o7": (0, 3, 6, 9),
        "ø7": (0, 3, 6, 10),
        "+": (0, 4, 8),
    }
)
_ADDED: MappingProxyType[str, tuple[int, ...]] = MappingProxyType(
    {
        "": (),
        "6": (9,),
        "7": (10,),
        "maj7": (11,),
        "add9": (14,),
        "9": (10, 14),
        "maj9": (11, 14),
    }
)


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as its root's pitch class and its semitones above the root."""

    root: int
    intervals: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord, root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class), a mode ("major" or "minor") and the scale melodies move in."""

    tonic: int
    mode: str
    flavour: str

    @property
    def name(self) -> str:
        """For example "C# minor"."""
        return f"{TONICS[self.tonic]} {self.mode}"

    def pitch(self, degree: int) -> int:
        """MIDI pitch of a scale degree; degree 0 is the tonic in the octave from middle C down."""
        octave, step = divmod(degree, 7)
        return 48 + self.tonic + 12 * octave + SCALES[self.flavour][step]

    def degree(self, pitch: int) -> int:
        """The scale degree nearest to a MIDI pitch."""
        around = range((pitch - 48 - self.tonic) // 12 * 7 - 7, (pitch - 48) // 12 * 7 + 15)
        return min(around, key=lambda degree: abs(self.pitch(degree) - pitch))

    def chord(self, roman: str) -> Chord:
        """The chord a Roman numeral such as "V7", "iv" or "bVImaj7" names in this key.

        Degrees are those of the plain major or natural minor scale; case gives the third.

        Raises:
            ValueError: If the numeral cannot be read.
        """
        match = _ROMAN.fullmatch(roman)
        if match is None or match["suffix"] not in {*_SUFFIXES, *_ADDED}:
            raise ValueError(f"{roman!r} is not a chord this package knows")
        step = SCALES[self.mode][_NUMERALS.index(match["numeral"].upper())]
        root = (self.tonic + step - len(match["accidental"])) % 12
        third = 4 if match["numeral"].isupper() else 3
        suffix = match["suffix"]
        intervals = _SUFFIXES.get(suffix) or (0, third, 7, *_ADDED[suffix])
        return Chord(root, intervals)


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and the beats it holds for."""

    beat: float
    beats: float
    chord: Chord


def nearest(pitch: float, classes: Sequence[int]) -> int:
    """The MIDI pitch of one of the pitch classes that is nearest to `pitch`."""
    around = range(int(pitch) - 12, int(pitch) + 13)
    return min((p for p in around if p % 12 in classes), key=lambda p: (abs(p - pitch), p))


def _kept(chord: Chord, count: int) -> list[int]:
    """The pitch classes that `count` voices can hold: the fifth is the first to be left out."""
    classes = list(dict.fromkeys(chord.classes))
    fifth = (chord.root + 7) % 12
    if len(classes) > count and fifth in classes:
        classes.remove(fifth)
    return classes[:count]


def _stacks(chord: Chord, count: int, low: int, high: int) -> list[tuple[int, ...]]:
    """Every close position of the chord with `count` voices inside the range, low to high."""
    classes = _kept(chord, count)
    stacks = []
    for bottom in range(low, high):
        if bottom % 12 not in classes:
            continue
        voices = [bottom]
        while len(voices) < count:
            voices.append(next(p for p in range(voices[-1] + 1, 128) if p % 12 in classes))
        if voices[-1] <= high:
            stacks.append(tuple(voices))
    return stacks


def _effort(stack: tuple[int, ...], before: tuple[int, ...] | None, centre: float) -> float:
    """What a stack costs: movement from the one before, distance from the centre, semitones."""
    drift = abs(sum(stack) / len(stack) - centre)
    rubs = sum(1.0 for lower, upper in pairwise(stack) if upper - lower == 1)
    if before is None:
        return drift + rubs
    return sum(abs(x - y) for x, y in zip(stack, before, strict=True)) + 0.4 * drift + rubs


def voiced(chords: Sequence[Chord], *, count: int, low: int, high: int) -> list[tuple[int, ...]]:
    """Voices for each chord, so that every voice moves little and the whole stays centred."""
    centre = (low + high) / 2
    lines: list[tuple[int, ...]] = []
    for chord in chords:
        stacks = _stacks(chord, count, low, high) or _stacks(chord, count, low - 7, high + 7)
        before = lines[-1] if lines else None
        lines.append(min((_effort(stack, before, centre), stack) for stack in stacks)[1])
    return lines
