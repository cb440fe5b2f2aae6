"""Lists of songs: JSON Lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vts.importing.drafting import ALIASES, Origin, UnreadableListError

LIST_SUFFIXES = frozenset({".csv", ".jsonl", ".ndjson"})
"""File names that are taken for lists of songs."""

_MAX_LINE_CHARACTERS = 100_000

Row = tuple[Origin, Mapping[str, Any], Path | None]
"""Where a song stands, its fields, and the file of its sound if it names one."""


def rows(path: Path) -> Iterator[Row]:
    """The songs of a list, a line at a time.

    Raises:
        UnreadableListError: The list is malformed, or names sound that is not there.
        OSError: The list can't be read.
    """
    try:
        for origin, fields, sound in _rows(path):
            if sound is not None and not sound.is_file():
                raise UnreadableListError(f"{origin}: sound_path: no such file: {sound}")
            yield origin, fields, sound
    except UnicodeDecodeError:
        raise UnreadableListError(f"{path}: not text in UTF-8") from None
    except csv.Error as error:
        raise UnreadableListError(f"{path}: not CSV: {error}") from None


def _rows(path: Path) -> Iterator[Row]:
    return _csv_rows(path) if path.suffix.lower() == ".csv" else _json_lines(path)


def _json_lines(path: Path) -> Iterator[Row]:
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


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {ALIASES.get(name, name) for name in reader.fieldnames or ()}
        if missing := {"title", "artists"} - names:
            raise UnreadableListError(f"{path.name}: no column {' and '.join(sorted(missing))}")
        for row in reader:
            fields = {
                key: value.strip() for key, value in row.items() if key and isinstance(value, str)
            }
            yield Origin(path, reader.line_num), fields, None
