"""Songs to import in benchmarks: 30-second MP3s, each different, with tags."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from mutagen.id3 import ID3, TALB, TCON, TDRC, TIT2, TPE1
from numpy.typing import NDArray

SECONDS, RATE = 30, 44_100
PER_HOUR_SECONDS = 3600.0
_SPEEDS = (1.0, 0.94, 1.06, 0.89, 1.12)


@dataclass(frozen=True, slots=True)
class Song:
    """One file and what its tags say."""

    path: Path
    title: str
    artist: str
    album: str
    year: int
    genre: str


def songs(folder: Path, count: int, data: Path | None) -> Iterator[Song]:
    """Writes so many songs, of real clips where there are any, else of rendered sketches."""
    folder.mkdir(parents=True)
    data = data or Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    sources = sorted((data / "emotify").rglob("*.ogg")) or _sketches(folder.parent / "sketches")
    for at in range(count):
        sound = _sound(sources, at)
        song = Song(
            path=folder / f"album {at // 12:02}" / f"{at:04}.mp3",
            title=f"Song {at:04}",
            artist=f"Artist {at % 17}",
            album=f"Album {at // 12}",
            year=1970 + at % 50,
            genre="rock",
        )
        song.path.parent.mkdir(exist_ok=True)
        soundfile.write(song.path, sound, RATE, format="MP3", subtype="MPEG_LAYER_III")
        _tag(song)
        yield song


def _sound(sources: list[Path], at: int) -> NDArray[np.float32]:
    """Stereo of shape (n, 2): as much of a clip and those after it as is needed, at a speed."""
    speed = _SPEEDS[at // len(sources) % len(_SPEEDS)]
    parts: list[NDArray[np.float32]] = []
    place = at
    while sum(map(len, parts)) < SECONDS * RATE:
        samples, rate = soundfile.read(
            sources[place % len(sources)], dtype="float32", always_2d=True
        )
        parts.append(soxr.resample(samples.mean(axis=1), rate * speed, RATE).astype(np.float32))
        place += 1
    mono = np.concatenate(parts)[: SECONDS * RATE]
    return np.stack([mono, np.roll(mono, 12)], axis=1) * 0.9


def _sketches(folder: Path) -> list[Path]:
    command = [sys.executable, "-m", "catalogue.sketches", "--out", str(folder)]
    subprocess.run(command, check=True)
    return sorted(folder.rglob("*.ogg"))


def _tag(song: Song) -> None:
    tags: Any = ID3()  # type: ignore[no-untyped-call]
    told: tuple[tuple[Any, str], ...] = (  # mutagen's own types are unfinished
        (TIT2, song.title),
        (TPE1, song.artist),
        (TALB, song.album),
        (TDRC, str(song.year)),
        (TCON, song.genre),
    )
    for frame, text in told:
        tags.add(frame(encoding=3, text=text))
    tags.save(song.path)
