"""The starter catalogue: well-known songs, described by hand, ready to be imported.

What the fields mean is in `README.md`. Nothing is read before `songs` or `genres` is called.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict, cast

SONGS_PATH = Path(__file__).with_name("songs.jsonl")
"""One JSON object per line, UTF-8, each a `Song`."""

GENRES_PATH = Path(__file__).with_name("genres.json")
"""The genres that songs may name, as a JSON list of `Genre`."""


class Song(TypedDict):
    """One line of `songs.jsonl`.

    `year` is the release of the well-known recording, for classical works the publication or first
    performance. `moods` maps ids of the 13 moods to weights in (0, 1]; `valence` and `arousal` are
    in [-1, 1], `energy` in [0, 1]. Tags stand in the same order in both languages.
    """

    source: str
    source_id: str
    title: str
    title_alternatives: list[str]
    artists: list[str]
    artist_alternatives: list[str]
    album: str
    year: int
    genres: list[str]
    language: str
    duration_seconds: float | None
    tempo_bpm: float | None
    moods: dict[str, float]
    valence: float
    arousal: float
    energy: float
    tags_en: list[str]
    tags_ko: list[str]


class Genre(TypedDict):
    """One genre: its id and its names."""

    id: str
    english: str
    korean: str


def songs() -> Iterator[Song]:
    """Every song of the starter catalogue, in file order, one line in memory at a time."""
    with SONGS_PATH.open(encoding="utf-8") as lines:
        for line in lines:
            yield cast(Song, json.loads(line))


def genres() -> list[Genre]:
    """The genres in alphabetical order of their ids."""
    return cast(list[Genre], json.loads(GENRES_PATH.read_text(encoding="utf-8")))
