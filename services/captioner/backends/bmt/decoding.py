"""Decodes a video's frames and sound for the networks, a little at a time; only PyAV is used here.

The demuxer is the one that the file's first bytes ask for; playlists and references to other files
are never followed. Every function takes a path or an open file and yields plain arrays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.captioner.domain import MediaTooLarge, Pixels, UnreadableMedia

FRAMES_PER_SECOND = 25
SHORT_SIDE = 256
SOUND_RATE = 16_000

_OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0", "use_absolute_path": "0"}
_LONGEST_SIDE = 4 * SHORT_SIDE
_MAX_BROKEN = 50

Source = Path | BinaryIO


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: how long it lasts (0 where it does not say) and its tracks."""

    seconds: float
    has_pictures: bool
    has_sound: bool


def header(source: Source, demuxer: str) -> Header:
    """Reads what the file says of itself.

    Raises:
        UnreadableMedia: It cannot be opened.
    """
    with _opened(source, demuxer) as container:
        return Header(
            max(0.0, (container.duration or 0) / av.time_base),
            bool(container.streams.video),
            bool(container.streams.audio),
        )


def frames(source: Source, demuxer: str, max_seconds: float, max_pixels: int) -> Iterator[Pixels]:
    """Yields 25 frames a second, upright, of at most `max_seconds`.

    Of slower videos frames come again, of faster ones some are left out. The short side is 256
    pixels and the long one in proportion, up to 1,024. The frames end where the file breaks off.

    Raises:
        UnreadableMedia: It cannot be opened.
        MediaTooLarge: A frame has more than `max_pixels`.
    """
    most = round(max_seconds * FRAMES_PER_SECOND)
    given = 0
    with _opened(source, demuxer) as container:
        for frame, until in _spans(container):
            repeats = min(round(until * FRAMES_PER_SECOND), most) - given
            if repeats > 0:
                picture = _scaled(frame, max_pixels)
                for _ in range(repeats):
                    yield picture
                given += repeats
            if given >= most:
                return


def sound(source: Source, demuxer: str, max_seconds: float) -> Iterator[NDArray[np.float32]]:
    """Yields mono samples at 16 kHz, shape (n,), of at most `max_seconds`; nothing of silent files.

    Raises:
        UnreadableMedia: It cannot be opened.
    """
    left = round(max_seconds * SOUND_RATE)
    with _opened(source, demuxer) as container:
        if not container.streams.audio:
            return
        resampler = av.AudioResampler(format="fltp", rate=SOUND_RATE)
        for frame in _with_end(_decoded(container, container.streams.audio[0])):
            for block in _resampled(resampler, frame):
                yield block[:left]
                left -= len(block)
                if left <= 0:
                    return


@contextmanager
def _opened(source: Source, demuxer: str) -> Iterator[InputContainer]:
    given = str(source) if isinstance(source, Path) else source
    try:
        container = av.open(given, "r", format=demuxer, options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableMedia("is corrupt or cut short") from error
    try:
        yield container
    finally:
        container.close()


def _spans(container: InputContainer) -> Iterator[tuple[VideoFrame, float]]:
    """Every frame, and when in seconds from the first the next one begins."""
    if not container.streams.video:
        return
    stream = container.streams.video[0]
    length = 1 / float(stream.average_rate or FRAMES_PER_SECOND)
    held: VideoFrame | None = None
    first = at = 0.0
    for frame in _decoded(container, stream):
        if held is None:
            first = frame.time or 0.0
        else:
            # Clocks may stand still or run backwards; our own never does.
            at = max(at, frame.time - first) if frame.time is not None else at + length
            yield held, at
        held = frame
    if held is not None:
        yield held, at + max(length, 0.5 / FRAMES_PER_SECOND)


def _decoded(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Every frame of one stream that can be decoded, up to where the file breaks off."""
    broken = 0
    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.FFmpegError:
                # A damaged stretch loses its frames, not the whole video.
                broken += 1
                if broken > _MAX_BROKEN:
                    return
    except av.FFmpegError:
        return


def _scaled(frame: VideoFrame, max_pixels: int) -> Pixels:
    width, height = frame.width, frame.height
    if width * height > max_pixels:
        raise MediaTooLarge(f"{max_pixels:,} pixels per frame", f"{width * height:,} pixels")
    ratio = SHORT_SIDE / min(width, height)
    width, height = (min(round(side * ratio), _LONGEST_SIDE) for side in (width, height))
    small = frame.reformat(width, height, "rgb24", interpolation="BICUBIC").to_ndarray()
    turns = round((frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(small, turns)).astype(np.uint8, copy=False)


def _with_end(frames: Iterator[Any]) -> Iterator[Any]:
    """The frames, and None after them, by which a resampler gives what it still holds."""
    yield from frames
    yield None


def _resampled(resampler: Any, frame: Any) -> Iterator[NDArray[np.float32]]:
    try:
        for made in resampler.resample(frame):
            yield made.to_ndarray().mean(axis=0, dtype=np.float32)
    except (av.FFmpegError, ValueError):
        # A track that changes its layout half way is heard as far as it does not.
        return
