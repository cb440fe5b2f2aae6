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

LEGATO = 0.95
"""The share of its time that a melody note sounds."""

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

    def _folded(self, degree: int, line: Sequence[int]) -> int:
        """The degree, moved by octaves until a line from it lies in the range as well as it can."""
        while self.key.pitch(degree + max(line)) > self.high:
            degree -= 7
        while self.key.pitch(degree + min(line)) < self.low:
            degree += 7
        return degree

    def _tuned(self, pitch: int, beat: float, beats: float) -> int:
        """Strong and long notes go to the chord; passing ones only yield where they would rub."""
        classes = self.chord_at(beat).classes
        if pitch % 12 in classes:
            return pitch
        half_bar = self.meter / 2 if self.meter % 2 == 0 else self.meter
        rubs = (pitch - 1) % 12 in classes and beats >= 0.5
        if beat % half_bar == 0 or beats >= 1.5 or (rubs and beat % 1 == 0):
            return nearest(pitch, classes)
        raised = (pitch + 1) % 12 in classes and self.key.pitch(self.key.degree(pitch)) == pitch
        return pitch + 1 if raised and (pitch - self.key.tonic) % 12 == 10 else pitch

    def _moved(self, previous: int, up: bool, beat: float, beats: float) -> int:
        """The next note above or below that the beat allows, where tuning took the step away."""
        sign = 1 if up else -1
        for step in (1, 2, 3):
            pitch = self.key.pitch(self.key.degree(previous) + sign * step)
            if (tuned := self._tuned(pitch, beat, beats)) * sign > previous * sign:
                return tuned
        return previous

    def bar(self, motif: Motif, beat: float, degree: int, loudness: float) -> list[Note]:
        """One bar of a motif from a scale degree, fitted to the chords under it."""
        degree = self._folded(degree, motif.line)
        notes: list[Note] = []
        before = 0
        for length, step in zip(motif.lengths, motif.line, strict=True):
            pitch = self._tuned(self.key.pitch(degree + step), beat, length)
            if notes and pitch == notes[-1].pitch and step != before:
                pitch = self._moved(pitch, step > before, beat, length)
            human = 1.0 + 0.06 * float(self.rng.standard_normal())
            velocity = min(1.0, loudness * accent(beat, self.meter) * human)
            notes.append(Note(beat, length * LEGATO, pitch, velocity))
            beat, before = beat + length, step
        return notes

    def cadence(self, beat: float, previous: int, loudness: float, *, pickup: bool) -> list[Note]:
        """A bar that comes to rest: on the tonic where the chord holds it, else on the chord.

        The note before it leans on it from a step away. A pickup leads on into the next phrase.
        """
        before, under = self.chord_at(beat), self.chord_at(beat + self.meter - 1.0)
        classes, wait = under.classes, 1.0 if before == under else 2.0
        goal = (self.key.tonic,) if self.key.tonic in classes else classes
        final = nearest(min(max(previous, self.low + 3), self.high - 3), goal)
        degree = self.key.degree(final)
        lean = self.key.pitch(degree + (1 if previous >= final else -1))
        if before != under:
            lean = nearest(lean, before.classes)
        last = self.meter - wait - pickup
        notes = [
            Note(beat, wait * LEGATO, lean, loudness * 0.9),
            Note(beat + wait, last * LEGATO, final, loudness),
        ]
        if pickup:
            after = beat + self.meter - 1.0
            for place, step in enumerate((2, 1)):
                pitch = self._tuned(self.key.pitch(degree + step), after, 0.5)
                notes.append(Note(after + place / 2, LEGATO / 2, pitch, loudness * 0.85))
        return notes


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
            pickup = len(main.lengths) > 3 and section.name != "a2"
            notes += singer.cadence(beat, previous, loudness, pickup=pickup)
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
        half = note.beats / LEGATO / 2
        between = singer.key.pitch(singer.key.degree(note.pitch) + (1 if leap > 0 else -1))
        out.append(Note(note.beat, half * LEGATO, note.pitch, note.velocity))
        out.append(Note(note.beat + half, half * LEGATO, between, note.velocity * 0.85))
    return out
