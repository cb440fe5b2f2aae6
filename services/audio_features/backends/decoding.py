"""From any file that carries sound to mono samples at one rate.

The kind is told by the first bytes alone. The file itself is read in a sandbox (`sources`); what
happens here happens to numbers: resampling, and checks of what the decoder told.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from servicekit.decoding import understood
from servicekit.media import SNIFF_BYTES, problem_of, sniff
from servicekit.sandbox import Crashed, Sandbox, Yielded
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.refusals import meant
from services.audio_features.domain import (
    LOUDEST,
    MAX_SOURCE_RATE,
    MIN_SECONDS,
    MIN_SOURCE_RATE,
    SAMPLE_RATE,
    Floats,
    Media,
    MediaTooLarge,
    UnreadableMedia,
)

MODULE = "services.audio_features.backends.sources"
"""What the sandbox imports."""

NAME = "audio-decode"
"""What the sandbox is called in logs and errors."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold, in bytes and in seconds."""

    max_bytes: int
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A file's sound, and whether the file ended before it; whoever got it closes `recording`.

    `digest` is of the decoded samples and their rate: equal for files that differ only in tags.
    """

    recording: Recording
    digest: str
    is_cut_short: bool


class Decoder:
    """Decodes files in a sandbox, which it owns; blocks, and may be called by many threads.

    Args:
        sandbox: Where files are decoded.
        limits: What a file may hold.
        scratch_dir: Where long sound lies; None stands for the system's own folder.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, scratch_dir: Path | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._scratch_dir = scratch_dir

    def decode(self, media: Media, is_abandoned: Callable[[], bool] = lambda: False) -> Sound:
        """Returns the whole sound of a file, or of one that is given as bytes.

        Raises:
            UnreadableMedia: Not sound, damaged, too short, or not decoded within the limits.
            MediaTooLarge: Known before decoding, where the header tells the length.
            NoSound: A video without a sound track.
            Abandoned: `is_abandoned` said so meanwhile.
            ServiceError: Nothing can be decoded at the moment.
        """
        arguments = {"kind": _kind(media, self._limits), "max_seconds": self._limits.max_seconds}
        recording = Recording(self._scratch_dir)
        with (
            understood(NAME, meant),
            _closed_on_error(recording),
            self._sandbox.job("sound", media, arguments, is_abandoned=is_abandoned) as job,
        ):
            return _collected(job, self._limits, recording)

    def close(self) -> None:
        """Ends the sandbox."""
        self._sandbox.close()


def decode(media: bytes, limits: Limits) -> Floats:
    """Decodes in this very process a file that is known to be harmless, such as one of our own.

    Raises what `Decoder.decode` raises.
    """
    from services.audio_features.backends import sources  # the service itself never needs it

    kind = _kind(media, limits)
    with understood(NAME, meant), Recording() as recording:
        told = sources.sound(io.BytesIO(media), kind=kind, max_seconds=limits.max_seconds)
        return _collected(told, limits, recording).recording.samples()


def _kind(media: Media, limits: Limits) -> str:
    size, head = _beginning(media)
    if size > limits.max_bytes:
        raise MediaTooLarge(f"{limits.max_bytes} bytes", f"{size} bytes")
    kind = sniff(head)
    if kind is None:
        raise UnreadableMedia(problem_of(head))
    if kind.kind == "image":
        raise UnreadableMedia(f"is a picture ({kind.name}), not sound")
    return kind.name


def _beginning(media: Media) -> tuple[int, bytes]:
    if isinstance(media, bytes):
        return len(media), media[:SNIFF_BYTES]
    return os.fstat(media.fileno()).st_size, os.pread(media.fileno(), SNIFF_BYTES, 0)


def _collected(told: Iterator[Yielded], limits: Limits, recording: Recording) -> Sound:
    rate, cut_short, read = _rate(next(told)), False, 0
    stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    digest = hashlib.blake2b(str(rate).encode(), digest_size=16)
    for header, arrays in told:
        for block in arrays:
            read += len(block)
            if read > limits.max_seconds * rate:
                raise MediaTooLarge(f"{limits.max_seconds:g} s")
            digest.update(_checked(_mono(block)).data)
            recording.append(stream.resample_chunk(block))
        cut_short = header.get("is_cut_short") is True
    recording.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    if recording.seconds < MIN_SECONDS:
        raise UnreadableMedia(f"the sound is shorter than {MIN_SECONDS} s")
    return Sound(recording, digest.hexdigest(), cut_short)


def _rate(first: Yielded) -> int:
    rate = first[0].get("rate")
    if not isinstance(rate, int) or not MIN_SOURCE_RATE <= rate <= MAX_SOURCE_RATE:
        raise Crashed("sent a rate that is none")
    return rate


def _mono(block: Floats) -> Floats:
    if block.dtype != np.float32 or block.ndim != 1:
        raise Crashed(f"sent {block.dtype} {block.shape} for samples")
    return block


def _checked(samples: Floats) -> Floats:
    """Returns a block if it can be sound; block by block, because checks make copies."""
    if not np.isfinite(samples).all():
        raise UnreadableMedia("the sound holds values that are not numbers")
    if np.abs(samples).max(initial=0.0) > LOUDEST:
        raise UnreadableMedia("the sound is louder than any sound can be")
    return samples


@contextmanager
def _closed_on_error(recording: Recording) -> Iterator[None]:
    try:
        yield
    except BaseException:
        recording.close()
        raise
