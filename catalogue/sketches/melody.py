"""Melodies grown from a motif: stated, moved with the harmony, varied, and brought to rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from numpy.random import Generator

from catalogue.sketches.harmony import Chord, Key, nearest
from catalogue.sketches.rhythm import accent
from catalogue.sketches.score import Note, Section

_CELLS = {
    4: (
        (0.15, ((3.0, 1.0), (2.0, 2.0), (2.0, 1.0, 1.0))),
        (0.4, ((1.5, 0.5, 2.0), (2.0, 1.0, 1.0), (1.0, 1.0, 2.0), (1.0, 2.0, 1.0))),
        (0.65, ((1.5, 0.5, 1.0, 1.0), (1.0, 0.5, 0.5, 2.0), (0.5, 1.0, 0.5, 1.0, 1.0))),
        (0.85, ((0.5, 0.5, 1.0, 0.5, 0.5, 1.0), (1.0, 0.5, 0.5, 0.5, 0.5, 1.0))),
        (1.0, ((0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0), (0.75, 0.75, 0.5, 0.75, 0.75, 0.5))),
    ),
    3: (
        (0.2, ((3.0,), (2.0, 1.0))),
        (0.5, ((2.0, 1.0), (1.0, 2.0), (1.5, 0.5, 1.0))),
        (0.75, ((1.0, 1.0, 1.0), (1.5, 0.5, 1.0), (1.0, 0.5, 0.5, 1.0))),
        (1.0, ((0.5, 0.5, 1.0, 1.0), (0.5, 0.5, 0.5, 0.5, 1.0))),
    ),
}
"""Rhythms of a bar (note lengths in beats) by meter, each list up to a density."""

_ARC = (0, 1, 2, 0)
"""Where the four bars of a phrase lie above its start, in scale steps."""


@dataclass(frozen=True, slots=True)
class Motif:
    """A bar's rhythm and its line as scale steps from the first note."""

    lengths: tuple[float, ...]
    line: tuple[int, ...]

    def inverted(self) -> "Motif":
        """The same rhythm with the line upside down."""
        return Motif(self.lengths, tuple(-step for step in self.line))

    def thinned(self) -> "Motif":
        """The first half as it was, the rest as one long note."""
        half = max(1, (len(self.lengths) + 1) // 2)
        rest = sum(self.lengths[half:])
        lengths = (*self.lengths[:half], rest) if rest else self.lengths
        return Motif(lengths, self.line[: len(lengths)])


def invented_motif(rng: Generator, meter: int, density: float) -> Motif:
    """A new motif; `density` in [0, 1] is how many notes it has."""
    cells = next(cells for limit, cells in _CELLS[meter] if density <= limit)
    lengths = cells[int(rng.integers(len(cells)))]
    direction = 1 if rng.random() < 0.5 else -1
    steps = rng.choice([-1, 1, 1, 2, 0, -2], size=len(lengths) - 1) * direction
    return Motif(lengths, (0, *accumulate(int(step) for step in steps)))


@dataclass(frozen=True, slots=True)
class Singer:
    """What a melody is held to: key, meter, the range of its instrument, chords by beat."""

    key: Key
    meter: int
    low: int
    high: int
    chord_at: Callable[[float], Chord]
    rng: Generator

    def _inside(self, pitch: int) -> int:
        while pitch < self.low:
            pitch += 12
        while pitch > self.high:
            pitch -= 12
        return pitch

    def _tuned(self, pitch: int, beat: float, beats: float) -> int:
        """Strong and long notes go to the chord; the rest only yield to its altered notes."""
        classes = self.chord_at(beat).classes
        if pitch % 12 in classes:
            return pitch
        clashes = (pitch - 1) % 12 in classes or (pitch + 1) % 12 in classes
        strong = beat % 2 == 0 or beats >= 1.0
        if strong or (clashes and beats >= 0.5):
            return nearest(pitch, classes)
        return pitch

    def bar(self, motif: Motif, beat: float, degree: int, loudness: float) -> list[Note]:
        """One bar of a motif from a scale degree, fitted to the chords under it."""
        notes = []
        for length, step in zip(motif.lengths, motif.line, strict=True):
            pitch = self._tuned(self._inside(self.key.pitch(degree + step)), beat, length)
            human = 1.0 + 0.06 * float(self.rng.standard_normal())
            velocity = min(1.0, loudness * accent(beat, self.meter) * human)
            notes.append(Note(beat, length * 0.95, pitch, velocity))
            beat += length
        return notes

    def cadence(self, beat: float, previous: int, loudness: float) -> list[Note]:
        """A bar that comes to rest: on the tonic where the chord holds it, else on the chord."""
        last = float(self.meter - 1)
        classes = self.chord_at(beat + 1.0).classes
        goal = (self.key.tonic,) if self.key.tonic in classes else classes
        final = self._inside(nearest(previous, goal))
        approach = self._tuned(self._inside(self.key.pitch(self.key.degree(final) + 1)), beat, 0.5)
        return [
            Note(beat, 0.95, approach, loudness * 0.9),
            Note(beat + 1.0, last * 0.9, final, loudness),
        ]


def sung(
    singer: Singer, section: Section, motifs: Sequence[Motif], start: int, *, vary: bool
) -> list[Note]:
    """A section's melody in phrases of four bars (two in short sections): motif, move, vary, rest.

    `start` is the scale degree the phrases begin near. A varied section answers with the inverted
    motif and adds passing notes.
    """
    main, answer = motifs
    size = 4 if section.bars >= 4 else 2
    notes: list[Note] = []
    for bar in range(section.bars):
        place, beat = bar % size, float((section.bar + bar) * singer.meter)
        loudness = 0.55 + 0.4 * section.intensity + 0.05 * (place == size // 2)
        if place == size - 1:
            previous = notes[-1].pitch if notes else singer.key.pitch(start)
            notes += singer.cadence(beat, previous, loudness)
            continue
        motif = (main, main, answer)[place % 3]
        if vary and place == 1:
            motif = main.inverted()
        notes += singer.bar(motif, beat, start + _ARC[place], loudness)
    return _decorated(notes, singer) if vary else notes


def _decorated(notes: list[Note], singer: Singer) -> list[Note]:
    """Fills some leaps of a third or more on long notes with a passing note."""
    out: list[Note] = []
    for note, following in zip(notes, [*notes[1:], None], strict=True):
        leap = 0 if following is None else following.pitch - note.pitch
        if note.beats < 0.9 or abs(leap) not in (3, 4, 5) or singer.rng.random() < 0.4:
            out.append(note)
            continue
        half = (note.beats / 0.95) / 2
        between = singer.key.pitch(singer.key.degree(note.pitch) + (1 if leap > 0 else -1))
        out.append(Note(note.beat, half * 0.95, note.pitch, note.velocity))
        out.append(Note(note.beat + half, half * 0.95, between, note.velocity * 0.85))
    return out
