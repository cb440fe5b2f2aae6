"""What the service knows about pictures: its types, its rules and its port."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture as uint8, shaped (height, width, 3), RGB."""

MAX_TAGS = 20
"""Most tags of a description."""
MAX_COLORS = 5
"""Most dominant colours of a description."""


class UnreadableMedia(Exception):  # noqa: N818 - the domain's word, said as one reads it
    """The bytes are empty, cut short, corrupt or of a kind that is not read.

    The message completes "The file …", such as "is truncated".
    """


class MediaTooLarge(Exception):  # noqa: N818
    """The media has more bytes, pixels or seconds than the settings allow; both with their unit."""

    def __init__(self, limit: str, given: str = "") -> None:
        super().__init__(f"larger than {limit}")
        self.limit = limit
        self.given = given


class Kind(StrEnum):
    """What sort of word a tag is."""

    OBJECT = "object"
    ACTION = "action"
    ATTRIBUTE = "attribute"
    SCENE = "scene"


class Note(StrEnum):
    """What was missing, said beside a result instead of failing."""

    BLACK_FRAMES = "BLACK_FRAMES"
    TRUNCATED = "TRUNCATED"
    NO_FLOW = "NO_FLOW"
    EVENTS_MISSING = "EVENTS_MISSING"
    CAPTIONER_FALLBACK = "CAPTIONER_FALLBACK"
    TRANSLATION_MISSING = "TRANSLATION_MISSING"
    LITTLE_UNDERSTOOD = "LITTLE_UNDERSTOOD"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same in English and in Korean; Korean is empty where nobody could say it for sure."""

    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence about a picture, and the probability (0 to 1) that what it says is there."""

    sentence: Sentence
    confidence: float


@dataclass(frozen=True, slots=True)
class Tag:
    """Something seen: the English and the Korean word, and its probability from 0 to 1."""

    name: str
    korean: str
    score: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class Affect:
    """What people say such pictures make them feel.

    Valence and arousal lie in [-1, 1]; confidence in [0, 1] is 0 where the error of the model is as
    large as what it says.
    """

    valence: float
    arousal: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Color:
    """A colour (`#rrggbb`), its plain English name, and its share (0 to 1) of the picture."""

    hex: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Light:
    """Measured light: brightness, contrast and colourfulness from 0, warmth from -1 to 1."""

    brightness: float
    contrast: float
    colorfulness: float
    warmth: float


@dataclass(frozen=True, slots=True)
class Model:
    """The name of a backend and the version of its weights."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What a backend sees in one picture.

    `tags` hold every word with its probability, surest first. A backend that writes sentences of
    its own gives them in `captions`, best first; for others they are composed from the tags.
    `notes` tell what the backend had to do without.
    """

    tags: tuple[Tag, ...]
    affect: Affect
    captions: tuple[Caption, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What a picture shows and feels like; alternatives, tags and colours are best first."""

    caption: Caption
    alternatives: tuple[Caption, ...]
    tags: tuple[Tag, ...]
    affect: Affect
    colors: tuple[Color, ...]
    face_count: int
    light: Light
    model: Model
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A measurement, 0 to 1, every `step_seconds` from the beginning; at most 1,200 values."""

    values: tuple[float, ...] = ()
    step_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What one frame of a scene shows, and when it is shown, in seconds."""

    at: float
    caption: Caption


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of a video that looks alike, from `start` to `end` in seconds.

    `description` tells of its clearest frame, `moments` of one to three frames, in order of time;
    motion and brightness are means over the scene, 0 to 1.
    """

    start: float
    end: float
    description: Description
    moments: tuple[Moment, ...] = ()
    motion: float = 0.0
    brightness: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a video is: a fraction from 0 to 1, and seconds seen."""

    fraction: float
    seconds_seen: float


@dataclass(frozen=True, slots=True)
class Video:
    """A whole video, with the description it would have as one picture.

    `described_seconds` is where the description ends: before the end if the file breaks off.
    """

    description: Description
    scenes: tuple[Scene, ...]
    duration_seconds: float
    has_sound: bool
    notes: tuple[Note, ...]
    described_seconds: float
    motion: Curve = Curve()
    brightness: Curve = Curve()
    events: tuple["Event", ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An English sentence that a model wrote, and how sure it is of it, from 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a video, from `start` to `end` in seconds; events may overlap."""

    start: float
    end: float
    caption: Caption


@dataclass(frozen=True, slots=True)
class Events:
    """What happens in a video, and what the model had to do without."""

    events: tuple[Event, ...]
    notes: tuple[Note, ...] = ()


class Writer(Protocol):
    """Whatever writes sentences about a picture and nothing else; see `backends.writing`."""

    @property
    def model(self) -> Model:
        """Which model this is."""
        ...

    async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
        """Writes sentences, best first, that begin with `prompt` where the model takes one."""
        ...

    async def close(self) -> None:
        """Releases the model."""
        ...


class EventFinder(Protocol):
    """Whatever tells what happens when in a whole video."""

    @property
    def model(self) -> Model:
        """Which model this is."""
        ...

    async def find(self, path: Path, demuxer: str) -> Events:
        """Watches and hears the file; raises `UnreadableMedia`, `MediaTooLarge`, `ServiceError`."""
        ...

    async def close(self) -> None:
        """Releases the model."""
        ...


class Captioner(Protocol):
    """The port: whatever can say what a picture shows."""

    @property
    def model(self) -> Model:
        """Which model this is."""
        ...

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        """Says what one picture shows; callers may look at many at a time.

        Its captions begin with `prompt` where the model takes one.
        """
        ...

    async def close(self) -> None:
        """Releases the model; nothing may be looked at afterwards."""
        ...


class FaceFinder(Protocol):
    """Whatever can count faces."""

    def count(self, picture: Pixels) -> int:
        """Counts upright faces turned to the camera; blocks while it computes."""
        ...
