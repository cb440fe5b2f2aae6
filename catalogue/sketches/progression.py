"""The chords of a piece: tonic, progression, contrast, progression, cadence, tonic."""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from numpy.random import Generator

from catalogue.sketches.harmony import Chord, ChordSpan
from catalogue.sketches.pieces import Piece
from catalogue.sketches.score import Section


@cache
def _progressions() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("progressions.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _bars(names: list[str], bars: int) -> list[list[str]]:
    """Spreads a progression over bars: two chords a bar where there are fewer bars than chords."""
    if bars >= len(names):
        return [[names[bar % len(names)]] for bar in range(bars)]
    return [names[bar * 2 : bar * 2 + 2] for bar in range(bars)]


def _closed(bars: list[list[str]], close: list[str]) -> list[list[str]]:
    """Ends on the two chords of a cadence: in one bar of a short section, else in two."""
    if len(bars) <= 4:
        return [*bars[:-1], close]
    return [*bars[:-2], *([chord] for chord in close)]


def planned_chords(piece: Piece, sections: tuple[Section, ...], rng: Generator) -> list[ChordSpan]:
    """Chooses progressions that suit the mood and mode, and lays them under the sections."""
    choices = _progressions()[piece.mood][piece.key.mode]
    first, second = (
        choices[part][int(rng.integers(len(choices[part])))].split() for part in ("a", "b")
    )
    tonic = [first[0]]
    spans = []
    for section in sections:
        names = {"intro": tonic, "b": second, "outro": tonic}.get(section.name, first)
        bars = _bars(names, section.bars)
        if section.name == "a2":
            bars = _closed(bars, choices["close"].split())
        for bar, chords in enumerate(bars, section.bar):
            lengths = (piece.meter,) if len(chords) == 1 else (2, piece.meter - 2)
            for place, name in enumerate(chords):
                beat = float(bar * piece.meter + sum(lengths[:place]))
                spans.append(ChordSpan(beat, float(lengths[place]), piece.key.chord(name)))
    return spans


def chord_at(spans: Sequence[ChordSpan], beat: float) -> Chord:
    """The chord that sounds at a beat."""
    return next(span.chord for span in reversed(spans) if span.beat <= beat)
