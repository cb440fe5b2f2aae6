"""From a piece's description to its score: form, chords, melody, accompaniment and ending."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.random import Generator

from catalogue.sketches.accompaniment import Accompanist
from catalogue.sketches.harmony import Chord, ChordSpan, voiced
from catalogue.sketches.instruments import INSTRUMENTS, Instrument
from catalogue.sketches.melody import Motif, Singer, invented_motif, sung
from catalogue.sketches.pieces import Piece, Plan
from catalogue.sketches.rhythm import NUMBERS, drummed, swung
from catalogue.sketches.score import Note, Part, Score, Section, planned_sections

_SILENT: Mapping[str, frozenset[str]] = {
    "melody": frozenset({"intro"}),
    "counter": frozenset({"intro", "a"}),
    "double": frozenset({"intro", "a"}),
}
"""The sections a role rests in; roles that are not named play throughout."""

_PANS = {"double": 0.3, "counter": -0.35, "chords": 0.25, "ostinato": -0.25}


@cache
def _data(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _intensities(arousal: float) -> tuple[float, ...]:
    """Loudness of the five sections: quiet music stays level, lively music builds."""
    build = 0.25 + 0.15 * arousal
    return (0.75 - build, 0.75, 0.85, 0.9 + 0.1 * max(arousal, 0.0), 0.7 - build / 2)


def _bars(names: list[str], bars: int) -> list[list[str]]:
    """Spreads a progression over bars: two chords a bar where there are fewer bars than chords."""
    if bars >= len(names):
        return [[names[bar % len(names)]] for bar in range(bars)]
    return [names[bar * 2 : bar * 2 + 2] for bar in range(bars)]


def planned_chords(piece: Piece, sections: tuple[Section, ...], rng: Generator) -> list[ChordSpan]:
    """The chords of a piece: tonic, progression, contrast, progression, cadence, tonic."""
    choices = _data("progressions.json")[piece.mood][piece.key.mode]
    first, second = (
        choices[part][int(rng.integers(len(choices[part])))].split() for part in ("a", "b")
    )
    tonic = first[0]
    spans = []
    for section in sections:
        names = {"intro": [tonic], "b": second, "outro": [tonic]}.get(section.name, first)
        bars = _bars(names, section.bars)
        if section.name == "a2":
            close = choices["close"].split()
            bars = [*bars[:-1], close] if section.bars <= 4 else [*bars[:-2], *([c] for c in close)]
        for bar, chords in enumerate(bars, section.bar):
            halves = (piece.meter,) if len(chords) == 1 else (2, piece.meter - 2)
            for place, name in enumerate(chords):
                beat = float(bar * piece.meter + sum(halves[:place]))
                spans.append(ChordSpan(beat, float(halves[place]), piece.key.chord(name)))
    return spans


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts of one piece over its sections and chords."""

    piece: Piece
    sections: tuple[Section, ...]
    spans: list[ChordSpan]
    rng: Generator
    melody: list[Note] = field(default_factory=list)

    def _chord_at(self, beat: float) -> Chord:
        return next(span.chord for span in reversed(self.spans) if span.beat <= beat)

    def _pattern(self, plan: Plan, section: Section) -> Any:
        patterns = _data("patterns.json")[plan.role][plan.pattern][str(self.piece.meter)]
        return patterns[-1] if section.name == "b" else patterns[0]

    def part(self, plan: Plan) -> Part:
        """The part of one line of the arrangement."""
        if plan.role == "texture":
            notes = [Note(0.0, float(self.sections[-1].end * self.piece.meter), 60, 0.8)]
        elif plan.role == "drums":
            notes = self._drums(plan)
        elif plan.role == "melody":
            notes = self._melody(INSTRUMENTS[plan.instrument])
        elif plan.role == "double":
            notes = self._double(plan)
        elif plan.role == "riser":
            notes = self._risers(plan)
        else:
            notes = self._accompaniment(plan)
        timed = tuple(swung(note, self.piece.swing) for note in notes)
        pan = _PANS.get(plan.role, 0.0)
        return Part(plan.role, plan.instrument, timed, plan.level_db, pan)

    def _played(self, plan: Plan) -> list[Section]:
        silent = _SILENT.get(plan.role, frozenset())
        names = plan.sections or [s.name for s in self.sections if s.name not in silent]
        return [section for section in self.sections if section.name in names]

    def _double(self, plan: Plan) -> list[Note]:
        """The melody again, lower, in the sections that want to be fuller."""
        instrument, meter = INSTRUMENTS[plan.instrument], self.piece.meter
        spans = [(s.bar * meter, s.end * meter) for s in self._played(plan)]
        sung_notes = [n for n in self.melody if any(a <= n.beat < b for a, b in spans)]
        band = Accompanist(self.piece.key, meter, self.spans, self.rng)
        return band.doubled(sung_notes, low=instrument.low, high=instrument.high)

    def _risers(self, plan: Plan) -> list[Note]:
        """A swell through the last bar before a section that should arrive."""
        meter = float(self.piece.meter)
        ends = [s.end for s in self.sections if s.name in (plan.sections or ("intro", "b"))]
        return [Note((end - 1) * meter, meter, 60, 0.8) for end in ends]

    def _drums(self, plan: Plan) -> list[Note]:
        grooves = _data("patterns.json")["drums"][plan.pattern][str(self.piece.meter)]
        fills = self.piece.arousal > 0.25
        notes: list[Note] = []
        for section in self.sections:
            if section.name == "outro":
                section = Section("outro", section.bar, section.bars - 1, section.intensity)
            notes += drummed(section, grooves, self.piece.meter, fills=fills, rng=self.rng)
        final = float((self.sections[-1].end - 1) * self.piece.meter)
        if fills:
            notes.append(Note(final, 1.0, NUMBERS["kick"], 0.8))
            notes.append(Note(final, 1.0, NUMBERS["crash"], 0.5))
        return notes

    def _melody(self, instrument: Instrument) -> list[Note]:
        low = max(instrument.low, self.piece.register - 9)
        high = min(instrument.high, self.piece.register + 12)
        key, meter, density = self.piece.key, self.piece.meter, self.piece.density
        singer = Singer(key, meter, low, high, self._chord_at, self.rng)
        start = key.degree(self.piece.register)
        start -= start % 7 if start % 7 <= 3 else start % 7 - 4
        main, answer, other, reply = (
            invented_motif(self.rng, meter, min(1.0, density + more)) for more in (0, 0.15, 0.1, 0)
        )
        pairs: dict[str, tuple[Motif, Motif]] = {
            "a": (main, answer),
            "b": (other, reply),
            "a2": (main, answer),
        }
        notes: list[Note] = []
        for section in self.sections:
            if section.name in pairs:
                lift = 2 if section.name == "b" else 0
                vary = section.name == "a2"
                notes += sung(singer, section, pairs[section.name], start + lift, vary=vary)
        self.melody[:] = [*notes, *self._last_word(singer, notes)]
        return self.melody

    def _last_word(self, singer: Singer, notes: list[Note]) -> list[Note]:
        """The melody's end: the tonic, held through the outro's first bar."""
        beat = float(self.sections[-1].bar * self.piece.meter)
        return singer.bar(Motif((float(self.piece.meter),), (0,)), beat, self._home(notes), 0.7)

    def _home(self, notes: list[Note]) -> int:
        degree = self.piece.key.degree(notes[-1].pitch)
        return round(degree / 7) * 7

    def _accompaniment(self, plan: Plan) -> list[Note]:
        instrument = INSTRUMENTS[plan.instrument]
        band = Accompanist(self.piece.key, self.piece.meter, self.spans, self.rng)
        low = instrument.low
        notes: list[Note] = []
        for section in self._played(plan):
            loudness = 0.5 + 0.4 * section.intensity
            if plan.role == "drone":
                notes += band.drone(section, low=low, loudness=loudness)
            elif plan.role == "counter":
                top = min(instrument.high, low + 26)
                notes += band.counter(section, low=low, high=top, loudness=loudness)
            elif section.name == "outro":
                notes += self._ending(plan, band, section, loudness)
            else:
                notes += self._section(plan, band, section, loudness)
        return notes

    def _section(
        self, plan: Plan, band: Accompanist, section: Section, loudness: float
    ) -> list[Note]:
        instrument, pattern = INSTRUMENTS[plan.instrument], self._pattern(plan, section)
        if plan.role == "bass":
            return band.bass(section, pattern, low=instrument.low, loudness=loudness)
        lift = 5 if plan.role == "ostinato" else 0
        low = max(instrument.low, 52) + lift
        high = min(instrument.high, low + 22)
        return band.chords(section, pattern, low=low, high=high, loudness=loudness)

    def _ending(
        self, plan: Plan, band: Accompanist, section: Section, loudness: float
    ) -> list[Note]:
        """The pattern until the last bar, then one tonic chord that rings."""
        before = Section("outro", section.bar, section.bars - 1, section.intensity)
        notes = self._section(plan, band, before, loudness) if before.bars else []
        beat, beats = float((section.end - 1) * self.piece.meter), float(self.piece.meter)
        instrument = INSTRUMENTS[plan.instrument]
        if plan.role == "bass":
            low = instrument.low
            return [*notes, Note(beat, beats, low + (self.piece.key.tonic - low) % 12, loudness)]
        if plan.role == "ostinato":
            return notes
        low = max(instrument.low, 52)
        stack = voiced([self.spans[-1].chord], count=4, low=low, high=low + 22)[0]
        return notes + [Note(beat, beats, p, loudness, 0.02 * i) for i, p in enumerate(stack)]


def composed(piece: Piece) -> Score:
    """The score of a piece; the same piece always gives the same score."""
    rng = np.random.default_rng([piece.seed, 1])
    sections = planned_sections(piece.tempo, piece.meter, _intensities(piece.arousal))
    spans = planned_chords(piece, sections, rng)
    writer = _Writer(piece, sections, spans, rng)
    parts = tuple(writer.part(plan) for plan in piece.plans)
    return Score(float(piece.tempo), piece.meter, sections, parts)
