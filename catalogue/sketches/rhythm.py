"""Time inside a bar: step patterns, swing, accents and drum grooves with their fills."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from numpy.random import Generator

from catalogue.sketches.instruments import drums
from catalogue.sketches.score import Note, Section

STEPS = 4
"""Steps of a pattern in one beat."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One sign of a step pattern: where it is, how long it is held (both in beats)."""

    beat: float
    beats: float
    sign: str


def strokes(pattern: str) -> Iterator[Stroke]:
    """Reads a step pattern: "." is silence, "-" holds the sign before it, all else sounds.

    A step is a sixteenth note. "0--.2--." plays sign 0 and then sign 2, each for three steps.
    """
    step = 0
    while step < len(pattern):
        length = 1
        while step + length < len(pattern) and pattern[step + length] == "-":
            length += 1
        if pattern[step] not in ".-":
            yield Stroke(step / STEPS, length / STEPS, pattern[step])
        step += length


def accent(beat: float, meter: int) -> float:
    """How much weight a place in the bar carries, from 0.8 (between) to 1 (the downbeat)."""
    place = beat % meter
    if place == 0:
        return 1.0
    if place % 1:
        return 0.84 if place % 0.5 == 0 else 0.8
    return 0.94 if meter == 4 and place == 2 else 0.9


def swung(note: Note, swing: float) -> Note:
    """Moves what falls between the beats later; `swing` in [0, 0.17], beats themselves stay."""
    start, end = _warped(note.beat, swing), _warped(note.beat + note.beats, swing)
    return replace(note, beat=start, beats=end - start)


def _warped(beat: float, swing: float) -> float:
    whole, part = divmod(beat, 1.0)
    middle = 0.5 + swing
    if part <= 0.5:
        return whole + part * middle / 0.5
    return whole + middle + (part - 0.5) * (1.0 - middle) / 0.5


NUMBERS = {
    "kick": drums.KICK,
    "snare": drums.SNARE,
    "clap": drums.CLAP,
    "rim": drums.RIM,
    "hat": drums.HAT,
    "open": drums.OPEN_HAT,
    "ride": drums.RIDE,
    "shaker": drums.SHAKER,
    "tambourine": drums.TAMBOURINE,
    "woodblock": drums.WOODBLOCK,
    "tick": drums.TICK,
    "low_tom": drums.LOW_TOM,
    "mid_tom": drums.MID_TOM,
    "high_tom": drums.HIGH_TOM,
    "crash": drums.CRASH,
}
"""The names grooves use for the pieces of a kit."""

_WEIGHT = {"X": 1.0, "x": 0.8, "o": 0.45}
_FILLS = {
    4: (
        {"snare": "............x.xx", "low_tom": "..............x."},
        {
            "high_tom": "........x.x.....",
            "mid_tom": "..........x.x...",
            "low_tom": "............x.xx",
        },
        {"snare": "........o.oxx.xX"},
    ),
    3: ({"snare": "........x.xx"}, {"high_tom": "......x.....", "low_tom": "........x.x."}),
}
_QUIET = frozenset({"snare", "clap", "crash", "open"})


def _bar(groove: dict[str, str], beat: float, loudness: float, rng: Generator) -> list[Note]:
    notes = []
    for name, pattern in groove.items():
        for index, sign in enumerate(pattern):
            if sign in _WEIGHT:
                human = 1.0 + 0.07 * float(rng.standard_normal())
                velocity = min(1.0, _WEIGHT[sign] * loudness * human)
                notes.append(Note(beat + index / STEPS, 0.25, NUMBERS[name], velocity))
    return notes


def drummed(
    section: Section, grooves: list[dict[str, str]], meter: int, *, fills: bool, rng: Generator
) -> list[Note]:
    """The drums of a section: groove by bar, a fill at its end, a crash where a loud part begins.

    A second groove, where there is one, is for the B section. Introductions leave the backbeat out.
    """
    groove = grooves[-1] if section.name == "b" else grooves[0]
    if section.name == "intro":
        groove = {name: steps for name, steps in groove.items() if name not in _QUIET}
    loudness = 0.55 + 0.45 * section.intensity
    notes: list[Note] = []
    for bar in range(section.bar, section.end):
        last = bar == section.end - 1 and section.name in {"a", "b"}
        notes += _bar(groove, bar * meter, loudness, rng)
        if fills and last:
            cut = bar * meter + meter / 2
            notes = [note for note in notes if note.beat < cut or note.pitch == drums.KICK]
            choice = _FILLS[meter][int(rng.integers(len(_FILLS[meter])))]
            notes += _bar(choice, bar * meter, loudness, rng)
    if fills and section.name in {"b", "a2"}:
        notes.append(Note(section.bar * meter, 1.0, drums.CRASH, loudness * 0.8))
    return notes
