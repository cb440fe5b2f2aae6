"""What a decoder may do that was taken over by the file it read."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from servicekit.sandbox import Yielded

SHOT = {"news": "shot", "start": 0.0, "end": 1.0, "times": [0.5], "clearest": 0}
LOOKS = {"motion": 0.0, "brightness": 0.5}


def video(file: BinaryIO, **_: Any) -> Iterator[Yielded]:
    """Tells of scenes without end."""
    while True:
        yield SHOT | LOOKS, (np.full((4, 6, 3), 90, dtype=np.uint8),)
