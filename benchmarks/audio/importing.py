"""How many 30-second MP3s an hour `vts import` stores on two cores, against a loop one would write.

The songs are made of real clips (Emotify, where the data has it) or of the project's sketches, all
different, with tags. They go into a VTS of the benchmark's own, which is empty; then it is asked
whether tags and vectors of all of them are there. The loop calls librosa for the same features, one
song after another, and inserts their statistics into SQLite.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio.songs import PER_HOUR_SECONDS, Song, songs
from benchmarks.request_stack import quietly
from deploy.local.processes import Plan, started
from vts.aio import AsyncClient

FILES = 160
"""How many songs are imported."""

LOOPED = 10
"""How many of them the loop takes; it is no faster with more."""

PORT_OFFSET = 2500
_CORES = 2


def measure(data: Path | None = None, files: int = FILES) -> dict[str, float]:
    """Songs an hour of both, and how many times faster the import is.

    Args:
        data: The folder of the training data; None looks for it beside the checkout.
        files: How many songs are imported.

    Raises:
        RuntimeError: Not all songs were stored with tags and vectors.
    """
    _keep_to(_CORES)
    with TemporaryDirectory(prefix="vts-bench-") as folder:
        music = Path(folder) / "music"
        made = list(songs(music, files, data))
        seconds = asyncio.run(_imported(Plan(Path(folder) / "data", PORT_OFFSET), music, made))
        loop_seconds = _looped(made[:LOOPED], Path(folder) / "loop.sqlite3")
    rate = PER_HOUR_SECONDS * len(made) / seconds
    loop_rate = PER_HOUR_SECONDS * LOOPED / loop_seconds
    return {
        "songs": float(len(made)),
        "seconds": seconds,
        "songs_per_hour": rate,
        "loop_songs_per_hour": loop_rate,
        "times_the_loop": rate / loop_rate,
    }


def _keep_to(cores: int) -> None:
    """Keeps this process, and those it starts, to so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


async def _imported(plan: Plan, music: Path, made: Sequence[Song]) -> float:
    """Seconds of the command, from its start to its end."""
    async with started(plan, quietly):
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "vts", "--address", plan.gateway.address),
            *("import", "--no-journal", str(music)),
            stdout=subprocess.DEVNULL,
        )
        if await process.wait() != 0:
            raise RuntimeError("the import failed")
        seconds = time.monotonic() - begun
        await _check(plan, made)
    return seconds


async def _check(plan: Plan, made: Sequence[Song]) -> None:
    async with AsyncClient(plan.gateway.address) as client:
        catalogue = (await client.status()).catalogue
        stored = (catalogue.tracks, catalogue.tracks_with_audio_vector)
        if stored != (len(made), len(made)) or not catalogue.windows:
            raise RuntimeError(f"of {len(made)} songs there are {stored}: {catalogue.windows}")
        for song in made[:: max(1, len(made) // 10)]:
            [found] = await client.find(song.title, limit=1)
            track = found.track
            told = (track.title, list(track.artists), track.album, track.year, list(track.genres))
            if told != (song.title, [song.artist], song.album, song.year, [song.genre]):
                raise RuntimeError(f"{song} is stored as {told}")


def _looped(made: Sequence[Song], base: Path) -> float:
    """Seconds of the loop, without those in which librosa compiles itself."""
    _statistics(made[0].path)
    begun = time.monotonic()
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("CREATE TABLE songs (path TEXT PRIMARY KEY, features BLOB)")
        for song in made:
            values = np.array(_statistics(song.path), np.float32)
            connection.execute(
                "INSERT INTO songs VALUES (?, ?)", (str(song.path), values.tobytes())
            )
            connection.commit()
    return time.monotonic() - begun


def _statistics(path: Path) -> list[float]:
    return [float(each) for frames in _frames(path) for each in (frames.mean(), frames.std())]


def _frames(path: Path) -> Iterator[NDArray[np.float32]]:
    """The features of one song, each by librosa's own call."""
    import librosa

    sound, rate = librosa.load(path)
    harmonic, percussive = librosa.effects.hpss(sound)
    yield librosa.feature.mfcc(y=sound, sr=rate)
    yield librosa.feature.chroma_stft(y=sound, sr=rate)
    yield librosa.feature.chroma_cqt(y=harmonic, sr=rate)
    yield librosa.feature.tonnetz(y=harmonic, sr=rate)
    yield librosa.feature.melspectrogram(y=sound, sr=rate)
    yield librosa.feature.spectral_centroid(y=sound, sr=rate)
    yield librosa.feature.spectral_bandwidth(y=sound, sr=rate)
    yield librosa.feature.spectral_contrast(y=sound, sr=rate)
    yield librosa.feature.spectral_rolloff(y=sound, sr=rate)
    yield librosa.feature.spectral_flatness(y=sound)
    yield librosa.feature.zero_crossing_rate(sound)
    yield librosa.feature.rms(y=sound)
    yield librosa.feature.tempogram(y=sound, sr=rate)
    yield np.atleast_1d(librosa.beat.beat_track(y=percussive, sr=rate)[0])
