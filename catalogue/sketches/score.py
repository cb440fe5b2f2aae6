"""Written music: notes, parts, sections and the score they make."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """One note: start and length in beats from the beginning, MIDI pitch, velocity in [0, 1].

    `delay_seconds` holds a strum or a roll: time after the beat that is not part of the rhythm.
    """

    beat: float
    beats: float
    pitch: int
    velocity: float
    delay_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """What one instrument plays; `level_db` is against the usual level of its role."""

    role: str
    instrument: str
    notes: tuple[Note, ...]
    level_db: float = 0.0
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of whole bars with one purpose; `intensity` in [0, 1] scales its loudness."""

    name: str
    bar: int
    bars: int
    intensity: float

    @property
    def end(self) -> int:
        """The bar after the last one."""
        return self.bar + self.bars


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece as written: tempo in beats a minute, beats in a bar, sections and parts."""

    tempo: float
    meter: int
    sections: tuple[Section, ...]
    parts: tuple[Part, ...] = field(default=())

    @property
    def beats(self) -> int:
        """Length in beats, the ringing of the last chord not counted."""
        return self.sections[-1].end * self.meter

    @property
    def seconds(self) -> float:
        """Length in seconds, the ringing of the last chord not counted."""
        return self.beats * 60.0 / self.tempo


NAMES = ("intro", "a", "b", "a2", "outro")
"""The form of every sketch, in order."""

_FORMS = (
    (1, 2, 2, 2, 1),
    (1, 4, 2, 2, 1),
    (1, 4, 4, 2, 1),
    (1, 4, 4, 4, 1),
    (2, 4, 4, 4, 2),
    (2, 4, 4, 8, 2),
    (2, 8, 4, 8, 2),
    (2, 8, 8, 8, 2),
    (4, 8, 8, 8, 4),
    (4, 8, 8, 16, 4),
)


def planned_sections(
    tempo: float, meter: int, intensities: tuple[float, ...], *, target_seconds: float = 34.0
) -> tuple[Section, ...]:
    """The form whose length is nearest to the target, as sections with their intensities."""
    bar_seconds = 60.0 * meter / tempo
    lengths = min(_FORMS, key=lambda form: abs(sum(form) * bar_seconds - target_seconds))
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    return tuple(map(Section, NAMES, starts, lengths, intensities))
