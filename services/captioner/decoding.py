"""What the captioner's sandbox runs: its generators, and how they say no.

Imported by the process that decodes, which has no gRPC; the service's half is `isolation`.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from servicekit.sandbox import Yielded
from services.captioner import photos
from services.captioner.refusals import said
from services.captioner.videos import VideoLimits, reading, warming


def photo(file: BinaryIO, *, max_pixels: int) -> Iterator[Yielded]:
    """Yields one array: the photo upright, uint8, (height, width, 3), RGB, at most 640 a side."""
    with said():
        yield {}, (photos.decoded(file, max_pixels),)


def video(
    file: BinaryIO, *, demuxer: str, max_seconds: float, max_frame_pixels: int, max_scenes: int
) -> Iterator[Yielded]:
    """Yields what `videos.reading` tells of a video: scenes with their pictures, and curves."""
    limits = VideoLimits(max_seconds, max_frame_pixels, max_scenes)
    with said():
        yield from reading.read(file, demuxer, limits)


def warm_up() -> None:
    """Reads one photo of each format, and videos, so that nothing is left to be imported."""
    photos.refuse_bombs()
    for kind in photos.FORMATS:
        made = io.BytesIO()
        Image.new("RGB", (16, 16), "teal").save(made, kind)
        photos.decoded(made.getvalue(), 256)
    warming.warm_up()
