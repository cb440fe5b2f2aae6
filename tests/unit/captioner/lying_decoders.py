"""What a decoder may do that was taken over by the file it read."""

import time
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from servicekit.sandbox import Yielded

SHOT = {"news": "shot", "start": 0.0, "end": 1.0, "times": [0.5], "clearest": 0}
LOOKS = {"motion": 0.0, "brightness": 0.5}


def photo(file: BinaryIO, *, max_pixels: int) -> Iterator[Yielded]:
    """Tells of a grey picture, whatever it is given."""
    yield {}, (np.full((4, 6, 3), 90, dtype=np.uint8),)


def video(file: BinaryIO, *, demuxer: str, **_: Any) -> Iterator[Yielded]:
    """Tells of scenes without end; of an AVI it says nothing, and does not end either."""
    while demuxer == "avi":
        time.sleep(60)
    while True:
        yield SHOT | LOOKS, (np.full((4, 6, 3), 90, dtype=np.uint8),)
