"""What plays under the melody: chords, bass, figures, counter-lines and drones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator

from catalogue.sketches.harmony import Chord, ChordSpan, Key, nearest, voiced
from catalogue.sketches.progression import chord_at
from catalogue.sketches.rhythm import accent, strokes
from catalogue.sketches.score import Note, Section

_STRUM_SECONDS = 0.014
_ROLL = {"d": 1, "u": -1}


@dataclass(frozen=True, slots=True)
class Accompanist:
    """What every accompanying part knows: the key, the meter, the chords, and some humanity."""

    key: Key
    meter: int
    spans: Sequence[ChordSpan]
    rng: Generator

    def _velocity(self, beat: float, loudness: float) -> float:
        human = 1.0 + 0.05 * float(self.rng.standard_normal())
        return float(min(1.0, loudness * accent(beat, self.meter) * human))

    def _within(self, section: Section) -> list[tuple[int, ChordSpan]]:
        first, last = section.bar * self.meter, section.end * self.meter
        return [(i, span) for i, span in enumerate(self.spans) if first <= span.beat < last]

    def _steps(self, section: Section, pattern: str) -> Iterator[tuple[int, float, float, str]]:
        """(span index, beat, length, sign) of a bar pattern over the section, cut at chord changes.

        A held sign that a chord change cuts is struck again with the new chord.
        """
        for index, span in self._within(section):
            start = span.beat % self.meter
            for stroke in strokes(pattern * -(-int(start + span.beats) // self.meter)):
                begin = max(stroke.beat, start)
                end = min(stroke.beat + stroke.beats, start + span.beats)
                if end > begin:
                    yield index, span.beat - start + begin, end - begin, stroke.sign

    def chords(
        self, section: Section, pattern: str, *, low: int, high: int, loudness: float
    ) -> list[Note]:
        """Chords: whole ("x"), strummed ("d", "u"), broken (digits), or without third ("p")."""
        stacks = voiced([span.chord for span in self.spans], count=4, low=low, high=high)
        notes = []
        for index, beat, beats, sign in self._steps(section, pattern):
            stack = stacks[index] if sign != "p" else self._power(self.spans[index].chord, low)
            velocity = self._velocity(beat, loudness)
            if sign.isdigit():
                octave, voice = divmod(int(sign), len(stack))
                pitch = stack[voice] + 12 * octave
                pitch -= 12 * (pitch > high + 5)
                notes.append(Note(beat, beats * 1.3, pitch, velocity))
                continue
            order = stack[:: _ROLL.get(sign, 1)]
            gap = _STRUM_SECONDS if sign in _ROLL else 0.0
            for place, pitch in enumerate(order):
                notes.append(Note(beat, beats * 0.95, pitch, velocity, gap * place))
        return notes

    def _power(self, chord: Chord, low: int) -> tuple[int, ...]:
        """Root, fifth and octave as low as the range allows, as fuzzy guitars play chords."""
        root = low + (chord.root - low) % 12
        return (root, root + 7, root + 12)

    def doubled(self, melody: Sequence[Note], *, low: int, high: int) -> list[Note]:
        """A second voice under a melody: the next chord tone at least a third below."""
        notes = []
        for note in melody:
            pitch = nearest(note.pitch - 4.5, chord_at(self.spans, note.beat).classes)
            while pitch > high:
                pitch -= 12
            while pitch < low:
                pitch += 12
            notes.append(replace(note, pitch=pitch, velocity=note.velocity * 0.9))
        return notes

    def bass(self, section: Section, pattern: str, *, low: int, loudness: float) -> list[Note]:
        """Bass by chord degree: 0 root, 1 third, 2 fifth, 3 octave, "w" a step to the next root."""
        roots = self._roots(low)
        notes = []
        for index, beat, beats, sign in self._steps(section, pattern):
            chord, root = self.spans[index].chord, roots[index]
            following = roots[min(index + 1, len(roots) - 1)]
            pitch = self._bass_pitch(sign, chord, root, following, low)
            notes.append(Note(beat, beats * 0.92, pitch, self._velocity(beat, loudness)))
        return notes

    def _roots(self, low: int) -> list[int]:
        roots: list[int] = []
        for span in self.spans:
            root = low + (span.chord.root - low) % 12
            if roots and root - roots[-1] > 7 and root - 12 >= low:
                root -= 12
            roots.append(root)
        return roots

    def _bass_pitch(self, sign: str, chord: Chord, root: int, following: int, low: int) -> int:
        if sign == "t":
            return low + (self.key.tonic - low) % 12
        if sign == "w":
            degree = self.key.degree(following)
            return self.key.pitch(degree - 1 if root < following else degree + 1)
        if sign == "1":
            third = next((i for i in chord.intervals if i in (3, 4)), 7)
            return root + third
        return root + {"0": 0, "2": 6 if 6 in chord.intervals else 7, "3": 12}[sign]

    def counter(self, section: Section, *, low: int, high: int, loudness: float) -> list[Note]:
        """A slow second voice: the thirds and sevenths of the chords, moving little."""
        pitch = (low + high) // 2
        notes: list[Note] = []
        for _, span in self._within(section):
            guides = [c for c in span.chord.classes[1:] if (c - span.chord.root) % 12 != 7]
            pitch = nearest(pitch, guides or span.chord.classes)
            if notes and notes[-1].pitch == pitch:
                pitch = nearest(pitch + 3, span.chord.classes)
            notes.append(Note(span.beat, span.beats, pitch, self._velocity(span.beat, loudness)))
        return notes

    def drone(self, section: Section, *, low: int, loudness: float) -> list[Note]:
        """Tonic and fifth through the whole section."""
        beat, beats = float(section.bar * self.meter), float(section.bars * self.meter)
        tonic = low + (self.key.tonic - low) % 12
        return [Note(beat, beats, pitch, loudness) for pitch in (tonic, tonic + 7)]
