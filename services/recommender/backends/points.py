"""How a song becomes a Qdrant point, and back; shared by the embedded engine and the server.

The payload holds the song as it is (`track`) and what it is filtered by (`by`), in which text is
folded so that `K-Pop` and `k-pop` are one genre. A language is there whole and as its first part:
`ko` finds `ko-KR`. The windows of a song are one vector of many rows, so that they come and go with
it; where they begin and end is in the payload (`windows`), in the order of the rows.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from services.recommender.domain import Filters
from services.recommender.tracks import (
    DIMENSIONS,
    Affect,
    Array,
    Link,
    StoredTrack,
    Track,
    Vectors,
    Windows,
)
from services.recommender.words import folded, song_words

SCHEMA_VERSION = 2
"""Counted up whenever points of an older version could no longer be read."""

WINDOWS = "windows"
"""The vector of many rows, and the payload key beside it."""

KEYWORD_KEYS = (
    "by.languages",
    "by.genres",
    "by.licence",
    "by.source",
    "by.tags",
    "by.words",
    "by.has",
    "by.digest",
    "track.language",
    "track.licence",
)
"""Payload keys with a keyword index."""

MAX_GENRES_COUNTED = 100
MAX_VALUES_COUNTED = 1000
YEAR_SPAN = 1101


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The payload key holds at least one of the values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The payload key lies between the two bounds, both included."""

    key: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class IdIn:
    """The point is one of these."""

    ids: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class IdNotIn:
    """The point is none of these."""

    ids: frozenset[uuid.UUID]


WITH_SOUND = AnyOf("by.has", ("sound",))
WITH_AUDIO_VECTOR = AnyOf("by.has", ("audio_vector",))

Condition = AnyOf | Within | IdIn | IdNotIn


def conditions(filters: Filters) -> list[Condition]:
    """The conditions that a point must meet, all of them."""
    return list(_conditions(filters))


def _conditions(filters: Filters) -> Iterator[Condition]:
    if filters.with_sound:
        yield WITH_SOUND
    for key, wanted in (
        ("by.languages", filters.languages),
        ("by.genres", filters.genres),
        ("by.licence", filters.licences),
        ("by.source", filters.sources),
    ):
        if wanted:
            yield AnyOf(key, tuple(folded(value) for value in wanted))
    for tag in filters.tags:
        yield AnyOf("by.tags", (folded(tag),))
    if filters.year_from is not None or filters.year_to is not None:
        yield Within("by.year", filters.year_from, filters.year_to)
    if filters.among is not None:
        yield IdIn(filters.among)
    if filters.within is not None:
        yield IdIn(filters.within)
    if filters.excluded:
        yield IdNotIn(filters.excluded)
    if filters.beyond:
        yield IdNotIn(filters.beyond)


def payload_of(song: StoredTrack) -> dict[str, Any]:
    """The payload of a song."""
    track = song.track
    language = folded(track.language)
    return {
        "track": _stored(track),
        WINDOWS: _spans(song.windows),
        "by": {
            "languages": sorted({language, language.split("-")[0]} - {""}),
            "genres": [folded(genre) for genre in track.genres],
            "licence": folded(track.licence),
            "source": track.source,
            "tags": [folded(tag) for tag in track.tags],
            "words": sorted(song_words(track)),
            "year": track.year,
            "has": _has(song),
            "digest": track.sound_digest or None,
            "windows": len(song.windows),
        },
    }


def _stored(track: Track) -> dict[str, Any]:
    values = {name: getattr(track, name) for name in FIELDS}
    values["links"] = [asdict(link) for link in track.links]
    values["affect"] = asdict(track.affect) if track.affect else None
    return values


def _has(song: StoredTrack) -> list[str]:
    sound = ["sound"] if song.track.has_sound else []
    return sound + (["audio_vector"] if song.vectors.audio is not None else [])


def _spans(windows: Windows) -> dict[str, list[float]]:
    starts, ends = windows.spans.T.tolist()
    return {"starts": starts, "ends": ends}


def vectors_of(song: StoredTrack) -> dict[str, Any]:
    """The named vectors of a song, those it has."""
    found: dict[str, Array | None] = {name: song.vector(name) for name in DIMENSIONS}
    found[WINDOWS] = song.windows.values if len(song.windows) else None
    return {name: vector for name, vector in found.items() if vector is not None}


def windows_from(payload: Mapping[str, Any], vectors: Mapping[str, Any]) -> Windows:
    """The windows that a point holds; none in points of the first schema."""
    if WINDOWS not in vectors:
        return Windows.none()
    spans = [payload[WINDOWS]["starts"], payload[WINDOWS]["ends"]]
    values = np.asarray(vectors[WINDOWS], np.float32)
    return Windows(np.array(spans, np.float32).T, values)


def song_from(payload: Mapping[str, Any], vectors: Mapping[str, Any]) -> StoredTrack:
    """The song that a point holds."""
    stored = {name: np.asarray(vectors[name], np.float32) for name in VECTORS if name in vectors}
    return StoredTrack(_track(payload["track"]), Vectors(**stored))


VECTORS = tuple(entry.name for entry in fields(Vectors))
FIELDS = tuple(entry.name for entry in fields(Track))
TUPLES = tuple(entry.name for entry in fields(Track) if str(entry.type).startswith("tuple"))

AFFECT = tuple(entry.name for entry in fields(Affect))


def singles(values: Sequence[float]) -> list[float]:
    """Numbers in single precision, as they came: the engine's JSON is not exact for doubles."""
    rounded: list[float] = np.asarray(values, np.float32).tolist()
    return rounded


def _track(stored: Mapping[str, Any]) -> Track:
    values = dict(stored)
    for name in TUPLES:
        values[name] = tuple(values[name])
    values["links"] = tuple(Link(**link) for link in values["links"])
    values["moods"] = tuple(singles(values["moods"]))
    if values["affect"] is not None:
        felt = values["affect"]
        values["affect"] = Affect(*singles([felt[name] for name in AFFECT]))
    return Track(**values)
