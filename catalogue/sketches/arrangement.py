"""Who plays what and when: each line of a piece's arrangement becomes a part."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from numpy.random import Generator

from catalogue.sketches.accompaniment import Accompanist
from catalogue.sketches.harmony import ChordSpan, voiced
from catalogue.sketches.instruments import INSTRUMENTS
from catalogue.sketches.pieces import Piece, Plan
from catalogue.sketches.rhythm import NUMBERS, drummed, swung
from catalogue.sketches.score import Note, Part, Section

_RESTS: Mapping[str, frozenset[str]] = {
    "counter": frozenset({"intro", "a"}),
    "double": frozenset({"intro", "a"}),
    "riser": frozenset({"a", "a2", "outro"}),
}
"""The sections a role rests in unless its line says otherwise; all others play throughout."""

_PANS = {"double": 0.3, "counter": -0.35, "chords": 0.25, "ostinato": -0.25}
_CHORDS_LOW, _CHORDS_SPAN, _OSTINATO_LIFT = 52, 22, 5
_FILLS_FROM_AROUSAL = 0.25


@cache
def _patterns() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("patterns.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True)
class Arranger:
    """Writes the parts of one piece around its tune."""

    piece: Piece
    sections: tuple[Section, ...]
    spans: list[ChordSpan]
    tune: Sequence[Note]
    rng: Generator

    def part(self, plan: Plan) -> Part:
        """The part of one line of the arrangement."""
        writers = {
            "texture": self._texture,
            "drums": self._drums,
            "melody": lambda _: list(self.tune),
            "double": self._double,
            "riser": self._risers,
        }
        notes = writers.get(plan.role, self._accompaniment)(plan)
        timed = tuple(swung(note, self.piece.swing) for note in notes)
        return Part(plan.role, plan.instrument, timed, plan.level_db, _PANS.get(plan.role, 0.0))

    def _band(self) -> Accompanist:
        return Accompanist(self.piece.key, self.piece.meter, self.spans, self.rng)

    def _played(self, plan: Plan) -> list[Section]:
        rests = _RESTS.get(plan.role, frozenset())
        names = plan.sections or [s.name for s in self.sections if s.name not in rests]
        return [section for section in self.sections if section.name in names]

    def _pattern(self, plan: Plan, section: Section) -> str:
        """The bar pattern of a line; a second one, where there is one, is for the B section."""
        variants: list[str] = _patterns()[plan.role][plan.pattern][str(self.piece.meter)]
        return variants[-1] if section.name == "b" else variants[0]

    def _texture(self, _: Plan) -> list[Note]:
        return [Note(0.0, float(self.sections[-1].end * self.piece.meter), 60, 0.8)]

    def _double(self, plan: Plan) -> list[Note]:
        """The tune again, lower, in the sections that want to be fuller."""
        instrument, meter = INSTRUMENTS[plan.instrument], self.piece.meter
        stretches = [(s.bar * meter, s.end * meter) for s in self._played(plan)]
        tune = [n for n in self.tune if any(first <= n.beat < last for first, last in stretches)]
        return self._band().doubled(tune, low=instrument.low, high=instrument.high)

    def _risers(self, plan: Plan) -> list[Note]:
        """A swell through the last bar of a section, before one that should arrive."""
        meter = float(self.piece.meter)
        return [Note((s.end - 1) * meter, meter, 60, 0.8) for s in self._played(plan)]

    def _drums(self, plan: Plan) -> list[Note]:
        grooves = _patterns()["drums"][plan.pattern][str(self.piece.meter)]
        fills = self.piece.arousal > _FILLS_FROM_AROUSAL
        notes: list[Note] = []
        for section in (*self.sections[:-1], _but_last_bar(self.sections[-1])):
            notes += drummed(section, grooves, self.piece.meter, fills=fills, rng=self.rng)
        if fills:
            final = float((self.sections[-1].end - 1) * self.piece.meter)
            notes.append(Note(final, 1.0, NUMBERS["kick"], 0.8))
            notes.append(Note(final, 1.0, NUMBERS["crash"], 0.5))
        return notes

    def _accompaniment(self, plan: Plan) -> list[Note]:
        band, instrument = self._band(), INSTRUMENTS[plan.instrument]
        low = instrument.low
        notes: list[Note] = []
        for section in self._played(plan):
            loudness = 0.5 + 0.4 * section.intensity
            if plan.role == "drone":
                notes += band.drone(section, low=low, loudness=loudness)
            elif plan.role == "counter":
                high = min(instrument.high, low + 26)
                notes += band.counter(section, low=low, high=high, loudness=loudness)
            elif section.name == "outro":
                notes += self._patterned(plan, band, _but_last_bar(section), loudness)
                notes += self._last_chord(plan, loudness)
            else:
                notes += self._patterned(plan, band, section, loudness)
        return notes

    def _patterned(
        self, plan: Plan, band: Accompanist, section: Section, loudness: float
    ) -> list[Note]:
        instrument, pattern = INSTRUMENTS[plan.instrument], self._pattern(plan, section)
        if plan.role == "bass":
            return band.bass(section, pattern, low=instrument.low, loudness=loudness)
        lift = _OSTINATO_LIFT if plan.role == "ostinato" else 0
        low = max(instrument.low, _CHORDS_LOW) + lift
        high = min(instrument.high, low + _CHORDS_SPAN)
        return band.chords(section, pattern, low=low, high=high, loudness=loudness)

    def _last_chord(self, plan: Plan, loudness: float) -> list[Note]:
        """The tonic, struck in the last bar and left to ring; figures are silent by then."""
        low = INSTRUMENTS[plan.instrument].low
        meter = float(self.piece.meter)
        beat = (self.sections[-1].end - 1) * meter
        if plan.role == "bass":
            return [Note(beat, meter, low + (self.piece.key.tonic - low) % 12, loudness)]
        if plan.role == "ostinato":
            return []
        low = max(low, _CHORDS_LOW)
        stack = voiced([self.spans[-1].chord], count=4, low=low, high=low + _CHORDS_SPAN)[0]
        return [Note(beat, meter, pitch, loudness, 0.02 * i) for i, pitch in enumerate(stack)]


def _but_last_bar(section: Section) -> Section:
    return Section(section.name, section.bar, section.bars - 1, section.intensity)
