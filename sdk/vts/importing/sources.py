"""Drafts of all songs in folders, sound files and lists, read in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.importing.drafting import Origin, UnreadableListError, track_of_file, track_of_row
from vts.importing.folders import Unread, is_sound, walk
from vts.importing.lists import LIST_SUFFIXES, rows
from vts.importing.reading import read
from vts.inputs import Draft
from vts.recommender.v1 import track_pb2


def drafts_from(
    paths: Iterable[Path], *, keep_sound: bool = False, refresh: bool = False
) -> Iterator[tuple[Origin, Draft]]:
    """Drafts of all songs in files and folders, in a stable order.

    Raises:
        UnreadableListError: A list of songs is malformed; the songs before it were yielded.
        OSError: A path can't be read.
    """
    for path in paths:
        for origin, track, sound in _songs(path):
            yield origin, drafted(track, sound, keep_sound=keep_sound, refresh=refresh)


def drafts_of_list(
    path: Path, *, keep_sound: bool, refresh: bool
) -> Iterator[tuple[Origin, Draft]]:
    """The drafts of one list; raises as `drafts_from`."""
    for origin, fields, sound in rows(path):
        track = track_of_row(fields, origin)
        yield origin, drafted(track, sound, keep_sound=keep_sound, refresh=refresh)


def drafted(
    track: track_pb2.Track,
    sound: Path | None,
    *,
    keep_sound: bool,
    refresh: bool,
    skip_duplicates: bool = False,
) -> Draft:
    """A song with what is to be done with it."""
    message = pb.TrackDraft(
        track=track,
        sound_follows=sound is not None,
        keep_sound=keep_sound and sound is not None,
        refresh=refresh,
        skip_duplicates=skip_duplicates,
    )
    return Draft(message, sound)


def is_list(path: Path) -> bool:
    """Whether a path is read as a list of songs."""
    return path.suffix.lower() in LIST_SUFFIXES and not path.is_dir()


def check_readable(path: Path) -> None:
    """Makes sure that a path is something songs are read from.

    Raises:
        UnreadableListError: It is not.
    """
    if not (path.is_dir() or is_list(path) or is_sound(path.name)):
        raise UnreadableListError(
            f"{path}: not a folder, a sound file, .jsonl or .csv; see `vts import --help`"
        )


def _songs(path: Path) -> Iterator[tuple[Origin, track_pb2.Track, Path | None]]:
    check_readable(path)
    if is_list(path):
        for origin, fields, sound in rows(path):
            yield origin, track_of_row(fields, origin), sound
        return
    for found in walk([path]):
        if isinstance(found, Unread):
            raise OSError(f"{found.path}: {found.problem}")
        content = read(found.path)
        yield Origin(found.path), track_of_file(content.fields, content.digest), found.path
