"""The folder with the songs: found, made, and copied when its format is an older one.

A folder is made or filled as `NAME.new`. Then the directory's layout names it, which makes it
count, and then it is renamed. Whatever is cut short before is swept away when the store is opened
next; what is cut short after is finished.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import qdrant_edge as qdrant

from services.recommender.backends import points
from services.recommender.backends.directory import FIRST_FOLDER, Layout, StoreDirectory, synced
from services.recommender.backends.edge_shard import load_shard, make_shard
from services.recommender.domain import StoreError
from services.recommender.tracks import Dimensions, StoredTrack

DRAFT = ".new"
COPY_BATCH = 256

MADE_FROM_SOUND = ("audio", "content")
"""Without these versions, the next import of a song measures its sound again."""

_log = logging.getLogger(__name__)


def open_songs(directory: StoreDirectory, dimensions: Dimensions, threads: int) -> Any:
    """Opens the songs' shard; makes it, or copies it into this format, first if that is due."""
    wanted = Layout(points.SCHEMA_VERSION, "songs-1", dimensions["audio"])
    old = directory.layout
    if old is None and (strays := sorted(directory.path.glob("songs-*[0-9]"))):
        raise StoreError(f"schema.json is missing beside {strays[0]}; restore it from a backup")
    if old is None or (old.folder == FIRST_FOLDER and not (directory.path / FIRST_FOLDER).exists()):
        _filled(directory, wanted, dimensions, threads, None)
    elif (old.schema, old.audio_dimensions) != (wanted.schema, wanted.audio_dimensions):
        _finish(directory, old)
        _filled(directory, replace(wanted, folder=_next(old)), dimensions, threads, old)
    _finish(directory, directory.layout or wanted)
    return load_shard(directory.path / (directory.layout or wanted).folder, dimensions, threads)


def _next(layout: Layout) -> str:
    number = layout.folder.partition("-")[2] or "0"
    return f"songs-{int(number) + 1}"


def _finish(directory: StoreDirectory, layout: Layout) -> None:
    """Renames the draft of the folder that counts, and removes every other folder of songs."""
    home, draft = directory.path / layout.folder, directory.path / (layout.folder + DRAFT)
    if not home.exists() and draft.exists():
        draft.rename(home)
        synced(directory.path)
    if not home.exists():
        raise StoreError(f"{home} is missing; restore the directory from a backup")
    for other in [*directory.path.glob("songs-*"), *directory.path.glob(f"{FIRST_FOLDER}*")]:
        if other != home and other.is_dir():
            rmtree(other)


def _filled(
    directory: StoreDirectory,
    layout: Layout,
    dimensions: Dimensions,
    threads: int,
    old: Layout | None,
) -> None:
    """Makes a folder, fills it with the songs of an older one, and makes it the one that counts."""
    draft = directory.path / (layout.folder + DRAFT)
    rmtree(draft, ignore_errors=True)
    if old:
        directory.require_space(_size(directory.path / old.folder))
    shard = make_shard(draft, dimensions, threads)
    if old:
        _copy(directory.path / old.folder, shard, old, layout)
    shard.close()
    synced(draft)
    directory.commit(layout)


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def _copy(source: Path, shard: Any, old: Layout, new: Layout) -> None:
    _log.info("copying the songs of %s from schema %d to %d", source, old.schema, new.schema)
    copied = outdated = 0
    shard_before = qdrant.EdgeShard.load(str(source))
    try:
        for songs in _songs(shard_before):
            current = [_current(song, old, new) for song in songs]
            rows = [_point(song) for song in current]
            shard.update(qdrant.UpdateOperation.upsert_points(rows))
            shard.flush()
            copied += len(songs)
            outdated += sum(a is not b for a, b in zip(songs, current, strict=True))
    finally:
        shard_before.close()
    _log.warning(
        "the songs are now in schema %d: %d songs, none lost; import the %d again whose sound was "
        "measured by an earlier version, or no clip finds them",
        new.schema,
        copied,
        outdated,
    )


def _songs(shard: Any) -> Iterator[list[StoredTrack]]:
    offset: Any = None
    while True:
        request = qdrant.ScrollRequest(
            offset=offset, limit=COPY_BATCH, with_payload=True, with_vector=True
        )
        records, offset = shard.scroll(request)
        if records:
            yield [
                replace(
                    points.song_from(record.payload, record.vector),
                    windows=points.windows_from(record.payload, record.vector),
                )
                for record in records
            ]
        if offset is None:
            return


def _current(song: StoredTrack, old: Layout, new: Layout) -> StoredTrack:
    """The song without what another analysis of its sound made, marked to be measured again."""
    audio = song.vectors.audio
    if audio is None or (len(audio) == new.audio_dimensions and old.schema == new.schema):
        return song
    kept = audio if len(audio) == new.audio_dimensions else None
    versions = song.track.model_versions.items()
    left = {name: value for name, value in versions if name not in MADE_FROM_SOUND}
    return replace(
        song,
        track=replace(song.track, model_versions=left),
        vectors=replace(song.vectors, audio=kept),
    )


def _point(song: StoredTrack) -> Any:
    return qdrant.Point(song.track.id, points.vectors_of(song), points.payload_of(song))
