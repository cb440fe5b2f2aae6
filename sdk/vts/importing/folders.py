"""Folders of music, walked: every sound file once, whatever links point where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SOUND_SUFFIXES = frozenset(
    {".aac", ".flac", ".m4a", ".m4b", ".m4p", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".webm"}
    # Not read; they are sent all the same, because a library with holes needs to know of them.
    | {".aif", ".aiff", ".ape", ".wma", ".wv"}
)
"""File names that are taken for sound when a folder is read."""

MAX_DEPTH = 32
"""Folders within folders that are entered."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sound file as it was when it was found."""

    path: Path
    size: int
    mtime_ns: int

    def is_same(self, status: os.stat_result) -> bool:
        """Whether a later look at the file shows it unchanged."""
        return (self.size, self.mtime_ns) == (status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that cannot be read, and why."""

    path: Path
    problem: str


def walk(paths: Iterable[Path]) -> Iterator[Found | Unread]:
    """The sound files in folders, and those named themselves, folder by folder in order of name.

    Hidden files, and what macOS leaves beside files on other disks (`._song.mp3`), are passed over.
    A folder that links lead to twice is entered once.
    """
    entered: set[tuple[int, int]] = set()
    for path in paths:
        if path.is_dir():
            yield from _folder(path, entered, 0)
        else:
            yield _found(path)


def is_sound(name: str) -> bool:
    """Whether a file name is taken for sound."""
    return os.path.splitext(name)[1].lower() in SOUND_SUFFIXES  # noqa: PTH122 - a million names


def _folder(folder: Path, entered: set[tuple[int, int]], depth: int) -> Iterator[Found | Unread]:
    if depth > MAX_DEPTH:
        yield Unread(folder, f"lies more than {MAX_DEPTH} folders deep")
        return
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            inside = sorted(
                (entry.name, _is_folder(entry))
                for entry in entries
                if not entry.name.startswith(".") and (is_sound(entry.name) or _is_folder(entry))
            )
    except OSError as error:
        yield Unread(folder, _reason(error))
        return
    for name, is_folder in inside:
        if is_folder:
            yield from _folder(folder / name, entered, depth + 1)
        else:
            yield _found(folder / name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _found(path: Path) -> Found | Unread:
    try:
        status = path.stat()
    except OSError as error:
        return Unread(path, _reason(error))
    if not path.is_file():
        return Unread(path, "is neither a file nor a folder")
    return Found(path, status.st_size, status.st_mtime_ns)


def _reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or 'unknown error').lower()}"
