"""What the service's sandbox runs: from a file that carries sound to its samples, in blocks.

Imported by the process that decodes, which has no gRPC and no librosa. The kind of the file picks
the only demuxer that sees it. WAV, FLAC, MP3 and Ogg are read by libsndfile, and by FFmpeg's
libraries where that cannot; everything else by FFmpeg's.
"""

import io
import wave
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO, Protocol

import numpy as np

from servicekit.protection import ENCRYPTED, is_encrypted
from servicekit.sandbox import Yielded
from services.audio_features.backends.containers import open_container
from services.audio_features.backends.framing import DEMUXERS, is_cut_short
from services.audio_features.backends.refusals import said
from services.audio_features.backends.soundfiles import open_sound_file
from services.audio_features.domain import (
    MAX_SOURCE_RATE,
    MIN_SOURCE_RATE,
    Floats,
    MediaTooLarge,
    UnreadableMedia,
)

SOUND_FILES = frozenset({"wav", "flac", "mp3", "ogg", "opus"})
"""The kinds that libsndfile reads, by their sniffed names."""

VIDEOS = frozenset({"mp4", "mov", "avi", "webm", "matroska", "ogv"})
"""The kinds of which the beginning is worth having when the rest is missing."""

BLOCK_SAMPLES = 1 << 16
"""Samples that travel together; a decoder may give as few as a thousand at a time."""


class Source(Protocol):
    """An opened file: its rate, what its header promises, and its sound block by block."""

    rate: int
    """Samples per second."""
    promised_seconds: float | None
    """The length that the container tells, or None where it does not or only guesses."""
    reached_seconds: float
    """How far into the file, in its own time, reading has come."""

    def blocks(self) -> Iterator[Floats]:
        """Yields mono samples of shape (n,), each block a second or so."""

    def close(self) -> None:
        """Releases the decoder."""


def sound(file: BinaryIO, *, kind: str, max_seconds: float) -> Iterator[Yielded]:
    """Yields `{"rate"}`, then blocks of mono samples, then `{"is_cut_short"}`.

    Args:
        file: The file.
        kind: Its sniffed name, such as `mp3`.
        max_seconds: Longest sound that is read.
    """
    with said():
        if DEMUXERS.get(kind) == "mov" and is_encrypted(file):
            raise UnreadableMedia(ENCRYPTED)
        cut_short = is_cut_short(file, kind)
        if cut_short and kind not in VIDEOS:
            raise UnreadableMedia("the file is cut short")
        with closing(_opened(file, kind)) as source:
            _check_header(source, max_seconds)
            yield {"rate": source.rate}, ()
            for block in _gathered(source, max_seconds):
                yield {}, (block,)
            cut_short = cut_short or _ends_early(source)
        if cut_short and kind not in VIDEOS:
            raise UnreadableMedia("the file ends before its sound does")
        yield {"is_cut_short": cut_short}, ()


def warm_up() -> None:
    """Reads a sound in each of two ways, so that nothing is left to be imported."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    for read in (open_sound_file, open_container):
        made.seek(0)
        source = read(made, "wav")
        assert source is not None  # noqa: S101 - the file is one of our own
        with closing(source):
            for _ in source.blocks():
                pass


def _opened(file: BinaryIO, kind: str) -> Source:
    if kind in SOUND_FILES:
        source = open_sound_file(file, kind)
        if source is not None:
            return source
    return open_container(file, kind)


def _check_header(source: Source, max_seconds: float) -> None:
    if not MIN_SOURCE_RATE <= source.rate <= MAX_SOURCE_RATE:
        raise UnreadableMedia(f"a rate of {source.rate} Hz")
    promised = source.promised_seconds
    if promised is not None and promised > max_seconds:
        raise MediaTooLarge(f"{max_seconds:g} s", f"{promised:.0f} s")


def _gathered(source: Source, max_seconds: float) -> Iterator[Floats]:
    """Joins small blocks; stops as soon as the sound turns out to be too long."""
    waiting: list[Floats] = []
    samples = read = 0
    for block in source.blocks():
        waiting.append(block)
        samples += len(block)
        read += len(block)
        if read > max_seconds * source.rate:
            raise MediaTooLarge(f"{max_seconds:g} s")
        if samples >= BLOCK_SAMPLES:
            yield np.concatenate(waiting)
            waiting, samples = [], 0
    if samples:
        yield np.concatenate(waiting)


def _ends_early(source: Source) -> bool:
    promised = source.promised_seconds
    return promised is not None and source.reached_seconds < 0.97 * promised - 0.5
