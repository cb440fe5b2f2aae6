"""Songs as a gateway wants them, made of the fields of lists and tags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vts.evidence.v1 import evidence_pb2
from vts.importing.spelling import shown
from vts.moods import MOODS
from vts.moods.words import is_mood, weighted_meaning_of
from vts.recommender.v1 import track_pb2

_LISTS = ("title_alternatives", "artists", "artist_alternatives", "genres", "tags_en", "tags_ko")
_TEXTS = ("source", "source_id", "title", "album", "language", "key", "licence")
_NUMBERS = ("duration_seconds", "tempo_bpm", "energy")
ALIASES = {
    "artist": "artists",
    "artist_name": "artists",
    "music_name": "title",
    "song_name": "title",
    "tags": "tags_en",
    "genre": "genres",
    "mood_EN": "moods",
    "mood_KOR": "tags_ko",
}
"""Other names under which lists may hold the fields."""

FILES = "files"
"""The source of songs that are known by the bytes of their file."""


class UnreadableListError(ValueError):
    """A file of songs, or one line of it, that can't be read; the message names both."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft came from, for messages: `songs.jsonl line 3`."""

    path: Path
    line: int = 0

    def __str__(self) -> str:
        """The place in words."""
        return f"{self.path.name} line {self.line}" if self.line else shown(self.path)


def track_of_file(fields: Mapping[str, Any], digest: bytes) -> track_pb2.Track:
    """The song of a sound file, known by the SHA-256 of its bytes."""
    return track_pb2.Track(source=FILES, source_id=digest.hex(), **fields)


def track_of_row(given: Mapping[str, Any], origin: Origin) -> track_pb2.Track:
    """The song of a row of a list.

    Raises:
        UnreadableListError: A field cannot be what it should; the message names the line.
    """
    fields = {ALIASES.get(key, key): value for key, value in given.items()}
    track = track_pb2.Track()
    try:
        for name in _TEXTS:
            setattr(track, name, str(fields.get(name) or ""))
        for name in _LISTS:
            getattr(track, name).extend(_list_of(fields.get(name)))
        for name in _NUMBERS:
            if fields.get(name) not in (None, ""):
                setattr(track, name, float(fields[name]))
        track.year = _year(fields.get("year"))
        track.moods.extend(_moods(fields.get("moods")))
        _set_affect(track, fields)
    except (TypeError, ValueError, OverflowError) as error:
        raise UnreadableListError(f"{origin}: {error}") from None
    track.source = track.source or _slug(origin.path.stem) or "list"
    track.source_id = track.source_id or f"{'; '.join(track.artists)} - {track.title}"[:256]
    return track


def _year(value: Any) -> int:
    if value in (None, ""):
        return 0
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"year: not a year: {str(value)[:40]}") from None


def _set_affect(track: track_pb2.Track, fields: Mapping[str, Any]) -> None:
    if fields.get("valence") in (None, "") or fields.get("arousal") in (None, ""):
        return
    track.affect.CopyFrom(
        evidence_pb2.Affect(
            valence=float(fields["valence"]), arousal=float(fields["arousal"]), confidence=1.0
        )
    )


def _list_of(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if not isinstance(value, list):
        raise ValueError(f"not a text or a list of texts: {str(value)[:40]}")
    return [str(part) for part in value]


def _moods(value: Any) -> list[evidence_pb2.MoodScore]:
    if not value:
        return []
    told = value if isinstance(value, dict) else dict.fromkeys(_list_of(value), 1.0)
    scores = {str(word): float(score) for word, score in told.items()}
    if unknown := sorted(word for word in scores if not is_mood(word)):
        raise ValueError(
            f"moods: unknown {', '.join(unknown)}; known are {', '.join(MOODS)} "
            "and the mood words of Last.fm, Jamendo and MIREX"
        )
    if wrong := sorted(word for word, score in scores.items() if not 0.0 <= score <= 1.0):
        raise ValueError(f"moods: {wrong[0]} must be from 0 to 1")
    meaning = weighted_meaning_of(scores)
    found = zip(MOODS, meaning.moods if meaning else (), strict=False)
    return [evidence_pb2.MoodScore(mood=mood, score=score) for mood, score in found if score]


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_.-]+", "-", plain).strip("-")[:64]
