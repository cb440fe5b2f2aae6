"""The 13 moods that every part of VTS speaks, in their one fixed order.

Source: Cowen, Fang, Sauter & Keltner, "What music makes us feel", PNAS 2020. The order of
`MOODS` is the order of every 13-dimensional mood vector in protos, stores and models.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Mood:
    """One mood: its id, its names, and where it lies on the plane (both axes in [-1, 1])."""

    id: str
    english: str
    korean: str
    valence: float
    arousal: float


@cache
def moods() -> tuple[Mood, ...]:
    """All 13 moods with their names, in vector order."""
    text = resources.files(__package__).joinpath("moods.json").read_text(encoding="utf-8")
    return tuple(Mood(**entry) for entry in json.loads(text))


MOODS: tuple[str, ...] = (
    "amusing",
    "annoying",
    "tense",
    "beautiful",
    "calm",
    "dreamy",
    "energizing",
    "sensual",
    "defiant",
    "joyful",
    "sad",
    "scary",
    "triumphant",
)
"""The mood ids in vector order."""

TEXT_DIMENSIONS = 384
"""Length of a text embedding."""

MOOD_DIMENSIONS = len(MOODS)
"""Length of a mood vector."""

AUDIO_DIMENSIONS = 128
"""Length of an audio embedding."""

WINDOW_DIMENSIONS = 128
"""Length of the embedding of a window of sound, by which a clip is found."""
