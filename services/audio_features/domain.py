"""What the service knows about sound: its types and its rules; the ports are in `ports`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

Media = bytes | BinaryIO
"""A file, opened for reading only, or its bytes."""

SAMPLE_RATE = 22_050
"""Samples per second that everything is measured at."""

MIN_SOURCE_RATE, MAX_SOURCE_RATE = 1_000, 768_000
"""Rates of files in Hz that make sense; anything else is a damaged header."""

LOUDEST = 1e4
"""The largest sample that is taken for sound; 1 is full scale, float files may pass it a little."""

MIN_SECONDS = 0.5
"""Shorter sound is refused: loudness needs 0.4 s, and a pulse or a key needs far more."""

SILENCE_LUFS = -70.0
"""Loudness reported for silence: the absolute gate of ITU-R BS.1770."""

TONICS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""Names of the twelve pitch classes, as the contract writes them."""

EMOTIONS = (
    "amazement",
    "solemnity",
    "tenderness",
    "nostalgia",
    "calmness",
    "power",
    "joyful_activation",
    "tension",
    "sadness",
)
"""The nine emotions of the Geneva Emotional Music Scales (Zentner, Grandjean, Scherer 2008)."""

MAX_SEQUENCE_FRAMES = 4_000
"""Longest sequence that is compared, in frames."""

MAX_FRAME_NUMBERS = 900_000
"""Most numbers that features asked for frame by frame may have together."""


def content_digest() -> "hashlib.blake2b":
    """Begins the digest of a file's bytes; in hexadecimal, it is the id of their analysis."""
    return hashlib.blake2b(digest_size=16)


class UnreadableMedia(Exception):  # noqa: N818 - the domain's word, said as one reads it
    """The bytes are empty, cut short, corrupt, too short or of a kind that is not read."""


class MediaTooLarge(Exception):  # noqa: N818
    """The media has more bytes or seconds than the settings allow."""

    def __init__(self, limit: str, given: str | None = None) -> None:
        super().__init__(f"larger than {limit}")
        self.limit = limit
        self.given = given


class NoSound(Exception):  # noqa: N818
    """A readable video without a sound track; not an error to the caller, but a note."""


class StoreError(OSError):
    """The store of analyses cannot be opened, read or written; the text is for operators."""


class UnknownAnalysis(Exception):  # noqa: N818
    """The analysis was never made, or has been dropped from memory."""

    def __init__(self, field_name: str, analysis_id: str) -> None:
        super().__init__(f"no analysis {analysis_id!r}")
        self.field_name = field_name
        self.analysis_id = analysis_id


class Abandoned(Exception):  # noqa: N818
    """Nobody waits for the answer any more."""


class InvalidField(Exception):  # noqa: N818
    """Something that was given cannot be taken; `field_name` says where it is in the request."""

    def __init__(self, field_name: str, description: str) -> None:
        super().__init__(description)
        self.field_name = field_name
        self.description = description


class InvalidSequence(InvalidField):
    """A sequence is malformed, too long, or of another width than its counterpart."""


class InvalidOption(InvalidField):
    """What was asked of an analysis is unknown, or too much."""


class Note(StrEnum):
    """What was missing from the sound, said beside a result instead of failing."""

    NO_SOUND = "NO_SOUND"
    SILENT = "SILENT"
    TRUNCATED = "TRUNCATED"


@dataclass(frozen=True, slots=True)
class Summary:
    """One feature over time: six statistics of each of its dimensions, and the unit they are in.

    The arrays all have shape (dimensions,). Skewness has no unit and is 0 where nothing varies.
    """

    unit: str
    mean: Floats
    standard_deviation: Floats
    skewness: Floats
    quantile_10: Floats
    quantile_50: Floats
    quantile_90: Floats

    def statistics(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
        """Returns the six statistics in the order of the fields."""
        return (
            self.mean,
            self.standard_deviation,
            self.skewness,
            self.quantile_10,
            self.quantile_50,
            self.quantile_90,
        )


@dataclass(frozen=True, slots=True)
class Tempo:
    """A tempo in beats per minute (30 to 300), and other readings of the same pulse."""

    bpm: float
    confidence: float
    candidates_bpm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic from `TONICS`, a mode (`major` or `minor`), and a confidence from 0 to 1."""

    tonic: str
    mode: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Feeling:
    """What listeners would feel, as three views of one prediction.

    `emotions` are shares of listeners in the order of `EMOTIONS`; `moods` are the 13 moods of VTS
    in their order, each in [0, 1]; valence and arousal are in [-1, 1].
    """

    emotions: Floats
    moods: Floats
    valence: float
    arousal: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Sequence:
    """Vectors in time: `frames` has shape (frames, dimensions), one every `step_seconds`."""

    frames: Floats
    step_seconds: float


class SoundKind(StrEnum):
    """What is mostly heard in a stretch of sound; singing is music."""

    SPEECH = "speech"
    MUSIC = "music"
    SILENCE = "silence"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SoundSegment:
    """A stretch of one kind, from `start` to `end` in seconds, and how sure that is, 0 to 1."""

    start: float
    end: float
    kind: SoundKind
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard when: segments without gaps, and shares of the length, each from 0 to 1.

    Talk over music counts in both shares.
    """

    segments: tuple[SoundSegment, ...] = ()
    speech_share: float = 0.0
    music_share: float = 0.0
    silence_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """What a stretch of sound is like, from `start` to `end` in seconds; None: nothing is heard.

    `embedding` has shape (128,) and length 1; a clip of the stretch, changed by a microphone, by
    another tempo or key, lies near it.
    """

    start: float
    end: float
    feeling: Feeling | None
    embedding: Floats | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything measured in one sound; what could not be measured is None or empty.

    `chroma` is in step with `mfcc`; `beats` are seconds from the beginning; `frames` holds the
    features asked for frame by frame. `sound_digest` is equal for files that differ only in tags.
    `materials` is what the heads read beside the statistics, by name, kept so that a newer head
    needs no sound; `part_versions` says by which version each part was made.
    """

    id: str
    duration_seconds: float
    loudness_lufs: float = SILENCE_LUFS
    harmonic_share: float = 0.0
    dynamic_range_db: float = 0.0
    tempo: Tempo | None = None
    key: Key | None = None
    features: Mapping[str, Summary] = field(default_factory=dict)
    embedding: Floats | None = None
    feeling: Feeling | None = None
    mfcc: Sequence | None = None
    heard: Heard = Heard()
    windows: tuple[Window, ...] = ()
    notes: tuple[Note, ...] = ()
    chroma: Sequence | None = None
    beats: Floats | None = None
    frames: Mapping[str, Sequence] = field(default_factory=dict)
    genres: Mapping[str, float] = field(default_factory=dict)
    sound_digest: str = ""
    materials: Mapping[str, Floats] = field(default_factory=dict)
    part_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest way to walk two sequences together.

    `path` has shape (steps, 2): a frame of the first, a frame of the second; it starts at (0, 0)
    and ends at both last frames. `distance` is the sum of the costs along it.
    """

    distance: float
    path: NDArray[np.int32]

    @property
    def normalized_distance(self) -> float:
        """The mean cost of a step."""
        return self.distance / len(self.path)
