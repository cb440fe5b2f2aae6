"""Warms up: reads small videos made in memory, so that later nothing is left to be imported."""

import io

import av
import numpy as np

from services.captioner.videos.limits import VideoLimits
from services.captioner.videos.reading import read

_LIMITS = VideoLimits(max_seconds=10.0, max_frame_pixels=10_000, max_scenes=4)
_SIDE, _RATE = 64, 10


def warm_up() -> None:
    """Reads a video of a few seconds."""
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=_RATE)
        stream.width = stream.height = _SIDE
        stream.pix_fmt = "yuv420p"
        for light in range(0, 250, 10):
            picture = np.full((_SIDE, _SIDE, 3), light, dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    made.seek(0)
    for _ in read(made, "mov", _LIMITS):
        continue
