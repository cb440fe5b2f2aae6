"""From the bytes of any file that carries sound to mono samples at one rate.

The kind is told by the first bytes alone, and that kind's demuxer is the only one that sees the
file. WAV, FLAC, MP3 and Ogg are read by libsndfile, and by FFmpeg's libraries where that cannot;
everything else by FFmpeg's. Both run in this process; no other program is started.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import soxr

from servicekit.media import Format, sniff
from services.audio_features.backends.containers import open_container
from services.audio_features.backends.framing import is_cut_short
from services.audio_features.backends.soundfiles import open_sound_file
from services.audio_features.domain import (
    LOUDEST,
    MIN_SECONDS,
    SAMPLE_RATE,
    Floats,
    MediaTooLarge,
    UnreadableMedia,
)

MIN_SOURCE_RATE, MAX_SOURCE_RATE = 1_000, 768_000
"""Source rates in Hz that make sense; anything else is a damaged header."""

SOUND_FILES = frozenset({"wav", "flac", "mp3", "ogg", "opus"})
"""The kinds that libsndfile reads, by their sniffed names."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold, in bytes and in seconds."""

    max_bytes: int
    max_seconds: float


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


def decode(media: bytes, limits: Limits) -> Floats:
    """Returns the whole sound of a file as mono samples at `SAMPLE_RATE`, shape (n,).

    Raises `UnreadableMedia`, `MediaTooLarge` (before decoding, where the header tells the
    length) or `NoSound`.
    """
    kind = _kind(media, limits)
    with closing(_open(media, kind)) as source:
        _check_header(source, limits)
        samples = _resampled(source, limits)
        promised = source.promised_seconds
        if promised is not None and source.reached_seconds < 0.97 * promised - 0.5:
            raise UnreadableMedia("the file ends before its sound does")
    if len(samples) < MIN_SECONDS * SAMPLE_RATE:
        raise UnreadableMedia(f"the sound is shorter than {MIN_SECONDS} s")
    if not np.isfinite(samples).all():
        raise UnreadableMedia("the sound holds values that are not numbers")
    if np.abs(samples).max() > LOUDEST:
        raise UnreadableMedia("the sound is louder than any sound can be")
    return samples


def _kind(media: bytes, limits: Limits) -> Format:
    if len(media) > limits.max_bytes:
        raise MediaTooLarge(f"{limits.max_bytes} bytes", f"{len(media)} bytes")
    kind = sniff(media[:4096])
    if kind is None or kind.kind not in {"audio", "video"}:
        raise UnreadableMedia("not a kind of sound or video that is read")
    if is_cut_short(media, kind.name):
        raise UnreadableMedia("the file is cut short")
    return kind


def _open(media: bytes, kind: Format) -> Source:
    if kind.name in SOUND_FILES:
        source = open_sound_file(media, kind.name)
        if source is not None:
            return source
    return open_container(media, kind.name)


def _check_header(source: Source, limits: Limits) -> None:
    if not MIN_SOURCE_RATE <= source.rate <= MAX_SOURCE_RATE:
        raise UnreadableMedia(f"a rate of {source.rate} Hz")
    promised = source.promised_seconds
    if promised is not None and promised > limits.max_seconds:
        raise MediaTooLarge(f"{limits.max_seconds:g} s", f"{promised:.0f} s")


def _resampled(source: Source, limits: Limits) -> Floats:
    stream = soxr.ResampleStream(source.rate, SAMPLE_RATE, 1, dtype="float32")
    collected, seconds = bytearray(), 0.0  # one growing buffer: a list would hold it all twice
    for block in source.blocks():
        seconds += len(block) / source.rate
        if seconds > limits.max_seconds:
            raise MediaTooLarge(f"{limits.max_seconds:g} s")
        collected += stream.resample_chunk(block).tobytes()
    collected += stream.resample_chunk(np.zeros(0, np.float32), last=True).tobytes()
    return np.frombuffer(collected, np.float32)
