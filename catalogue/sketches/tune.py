"""The tune of a piece: its motifs, sung through the sections and brought home."""

from functools import partial

from numpy.random import Generator

from catalogue.sketches.harmony import ChordSpan, Key
from catalogue.sketches.instruments import INSTRUMENTS
from catalogue.sketches.melody import Motif, Singer, invented_motif, sung
from catalogue.sketches.pieces import Piece
from catalogue.sketches.progression import chord_at
from catalogue.sketches.score import Note, Section

_BELOW, _ABOVE = 9, 12
"""How many semitones a melody may stray from its register."""

_B_LIFT = 2
"""How many scale steps higher the B section sings."""


def _start(key: Key, register: int) -> int:
    """The tonic or the fifth of the key at or below the register, as a scale degree."""
    octave, step = divmod(key.degree(register), 7)
    return octave * 7 + (0 if step <= 3 else 4)


def _singer(piece: Piece, spans: list[ChordSpan], rng: Generator) -> Singer:
    plan = next(plan for plan in piece.plans if plan.role == "melody")
    instrument = INSTRUMENTS[plan.instrument]
    low = max(instrument.low, piece.register - _BELOW)
    high = min(instrument.high, piece.register + _ABOVE)
    return Singer(piece.key, piece.meter, low, high, partial(chord_at, spans), rng)


def composed_tune(
    piece: Piece, sections: tuple[Section, ...], spans: list[ChordSpan], rng: Generator
) -> list[Note]:
    """The melody of a whole piece: A, a higher B, A varied, and the tonic to end on."""
    singer = _singer(piece, spans, rng)
    start = _start(piece.key, piece.register)
    main, answer, other, reply = (
        invented_motif(rng, piece.meter, min(1.0, piece.density + more))
        for more in (0, 0.15, 0.1, 0)
    )
    motifs = {"a": (main, answer), "b": (other, reply), "a2": (main, answer)}
    notes: list[Note] = []
    for section in sections:
        if section.name in motifs:
            degree = start + (_B_LIFT if section.name == "b" else 0)
            vary = section.name == "a2"
            notes += sung(singer, section, motifs[section.name], degree, vary=vary)
    home = round(piece.key.degree(notes[-1].pitch) / 7) * 7
    last_word = Motif((float(piece.meter),), (0,))
    return notes + singer.bar(last_word, float(sections[-1].bar * piece.meter), home, 0.7)
