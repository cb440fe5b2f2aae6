"""What the sandbox runs for the finder of events: a whole video, 25 frames a second, and its sound.

Imported by the process that decodes.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from servicekit.sandbox import Yielded
from services.captioner.domain import MediaTooLarge, Pixels
from services.captioner.refusals import said
from services.captioner.videos import warming
from services.captioner.videos.containers import FAILURES, opened, pictures_in

FRAMES_PER_SECOND = 25
SHORT_SIDE, LONGEST_SIDE = 256, 1024
SOUND_RATE = 16_000

_MAX_BROKEN = 50


def header(file: BinaryIO, *, demuxer: str) -> Iterator[Yielded]:
    """Yields `seconds`, how long the file says that it lasts; 0 where it does not say."""
    with said(), closing(opened(file, demuxer)) as container:
        yield {"seconds": max(0.0, (container.duration or 0) / av.time_base)}, ()


def frames(
    file: BinaryIO, *, demuxer: str, max_seconds: float, max_pixels: int
) -> Iterator[Yielded]:
    """Yields 25 frames a second, upright, of at most `max_seconds`: uint8, (height, width, 3), RGB.

    Of slower videos frames come again, of faster ones some are left out. The short side is 256
    pixels and the long one in proportion, up to 1,024. The frames end where the file breaks off.
    Refuses frames of more than `max_pixels`.
    """
    most = round(max_seconds * FRAMES_PER_SECOND)
    given = 0
    with said(), closing(opened(file, demuxer)) as container:
        for frame, until in _spans(container):
            wanted = min(round(until * FRAMES_PER_SECOND), most)
            if wanted > given:
                picture = _scaled(frame, max_pixels)
                for _ in range(given, wanted):
                    yield {}, (picture,)
                given = wanted
            if given == most:
                return


def sound(file: BinaryIO, *, demuxer: str, max_seconds: float) -> Iterator[Yielded]:
    """Yields mono samples at 16 kHz, float32, (n,), of at most `max_seconds`; none if silent."""
    left = round(max_seconds * SOUND_RATE)
    with said(), closing(opened(file, demuxer)) as container:
        if not container.streams.audio:
            return
        resampler = av.AudioResampler(format="fltp", rate=SOUND_RATE)
        for frame in _with_end(_decoded(container, container.streams.audio[0])):
            for block in _resampled(resampler, frame):
                yield {}, (block[:left],)
                left -= len(block)
                if left <= 0:
                    return


def warm_up() -> None:
    """Reads videos, so that nothing is left to be imported."""
    warming.warm_up()


def _spans(container: InputContainer) -> Iterator[tuple[VideoFrame, float]]:
    """Every frame, and when in seconds from the first the next one begins."""
    streams = pictures_in(container)
    if not streams:
        return
    length = 1 / float(streams[0].average_rate or FRAMES_PER_SECOND)
    held: VideoFrame | None = None
    first = at = 0.0
    for frame in _decoded(container, streams[0]):
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
            except FAILURES:
                # A damaged stretch loses its frames, not the whole video.
                broken += 1
                if broken > _MAX_BROKEN:
                    return
    except FAILURES:
        return


def _scaled(frame: VideoFrame, max_pixels: int) -> Pixels:
    width, height = frame.width, frame.height
    if width * height > max_pixels:
        limit, given = f"{max_pixels:,} pixels per frame", f"{width * height:,} pixels per frame"
        raise MediaTooLarge(limit, given)
    ratio = SHORT_SIDE / min(width, height)
    width, height = (min(round(side * ratio), LONGEST_SIDE) for side in (width, height))
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
    except (*FAILURES, ValueError):
        # A track that changes its layout half way is heard as far as it does not.
        return
