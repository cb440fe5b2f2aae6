"""Songs to import, read from JSON Lines, CSV, or sound files and folders of them."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.inputs import Draft
from vts.moods import MOODS
from vts.recommender.v1 import track_pb2

SOUND_SUFFIXES = frozenset(
    {".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".webm"}
)
"""File names that are taken for sound when a folder is read."""

_LISTS = ("title_alternatives", "artists", "artist_alternatives", "genres", "tags_en", "tags_ko")
_TEXTS = ("source", "source_id", "title", "album", "language", "key", "licence")
_NUMBERS = ("duration_seconds", "tempo_bpm", "energy")
_ALIASES = {
    "artist": "artists",
    "artist_name": "artists",
    "music_name": "title",
    "song_name": "title",
    "tags": "tags_en",
    "genre": "genres",
}
_MAX_LINE_CHARACTERS = 100_000


class UnreadableListError(ValueError):
    """A file of songs, or one line of it, that can't be read; the message names both."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft came from, for messages: `songs.jsonl line 3`."""

    path: Path
    line: int = 0

    def __str__(self) -> str:
        """The place in words."""
        return f"{self.path.name} line {self.line}" if self.line else self.path.name


def drafts_from(
    paths: Iterable[Path], *, keep_sound: bool = False, refresh: bool = False
) -> Iterator[tuple[Origin, Draft]]:
    """Drafts of all songs in files and folders, in a stable order.

    Raises:
        UnreadableListError: A list of songs is malformed; the songs before it were yielded.
        OSError: A path can't be read.
    """
    for path in paths:
        for origin, fields, sound in _readable(path):
            yield (
                origin,
                Draft(
                    pb.TrackDraft(
                        track=_track(fields, origin),
                        sound_follows=sound is not None,
                        keep_sound=keep_sound and sound is not None,
                        refresh=refresh,
                    ),
                    sound,
                ),
            )


def _readable(path: Path) -> Iterator[tuple[Origin, Mapping[str, Any], Path | None]]:
    """The songs of a path; raises `UnreadableListError` for text that is none and missing sound."""
    try:
        for origin, fields, sound in _songs(path):
            if sound is not None and not sound.is_file():
                raise UnreadableListError(f"{origin}: sound_path: no such file: {sound}")
            yield origin, fields, sound
    except UnicodeDecodeError:
        raise UnreadableListError(f"{path}: not text in UTF-8") from None
    except csv.Error as error:
        raise UnreadableListError(f"{path}: not CSV: {error}") from None


def _songs(path: Path) -> Iterator[tuple[Origin, Mapping[str, Any], Path | None]]:
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and each.suffix.lower() in SOUND_SUFFIXES:
                yield Origin(each), _fields_of_sound(each), each
    elif path.suffix.lower() in SOUND_SUFFIXES:
        yield Origin(path), _fields_of_sound(path), path
    elif path.suffix.lower() in {".jsonl", ".ndjson"}:
        yield from _json_lines(path)
    elif path.suffix.lower() == ".csv":
        yield from _csv_rows(path)
    else:
        raise UnreadableListError(
            f"{path}: not a folder, a sound file, .jsonl or .csv; see `vts import --help`"
        )


def _json_lines(path: Path) -> Iterator[tuple[Origin, Mapping[str, Any], Path | None]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            origin = Origin(path, number)
            try:
                fields = json.loads(line) if len(line) <= _MAX_LINE_CHARACTERS else None
            except json.JSONDecodeError as error:
                raise UnreadableListError(f"{origin}: not JSON: {error.msg}") from None
            if not isinstance(fields, dict):
                raise UnreadableListError(
                    f"{origin}: not one JSON object of at most 100,000 characters"
                )
            sound = fields.get("sound_path")
            yield origin, fields, path.parent / str(sound) if sound else None


def _csv_rows(path: Path) -> Iterator[tuple[Origin, Mapping[str, Any], Path | None]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {_ALIASES.get(name, name) for name in reader.fieldnames or ()}
        if missing := {"title", "artists"} - names:
            raise UnreadableListError(f"{path.name}: no column {' and '.join(sorted(missing))}")
        for row in reader:
            fields = {
                key: value.strip() for key, value in row.items() if key and isinstance(value, str)
            }
            yield Origin(path, reader.line_num), fields, None


def _fields_of_sound(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    artist, dash, title = path.stem.partition(" - ")
    return {
        "source": "files",
        "source_id": digest,
        "title": title if dash else path.stem,
        "artists": [artist] if dash else [path.parent.name or "unknown"],
    }


def _track(given: Mapping[str, Any], origin: Origin) -> track_pb2.Track:
    fields = {_ALIASES.get(key, key): value for key, value in given.items()}
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
    scores = value if isinstance(value, dict) else dict.fromkeys(_list_of(value), 1.0)
    if unknown := sorted(set(scores) - set(MOODS)):
        raise ValueError(f"moods: unknown {', '.join(unknown)}; known are {', '.join(MOODS)}")
    return [
        evidence_pb2.MoodScore(mood=mood, score=float(scores[mood]))
        for mood in MOODS
        if mood in scores
    ]


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_.-]+", "-", plain).strip("-")[:64]
