"""Cuts 25 frames a second into the windows that I3D looks at."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

WINDOW, STEP = 65, 64
"""Frames of a window (flow between 65 gives 64) and how far the next one begins."""

_LEAST_SHARE = 0.2

Frame = TypeVar("Frame")


def windows(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Yields lists of 65 frames, each beginning with the last of the one before.

    What is left at the end is repeated to fill a window if a fifth of one is over, counted as the
    published features were: by the rest of dividing all frames by 65. A video shorter than one
    window is always repeated. Holds 65 frames at most.
    """
    waiting: list[Frame] = []
    count = 0
    for frame in frames:
        count += 1
        waiting.append(frame)
        if len(waiting) == WINDOW:
            yield waiting
            waiting = waiting[STEP:]
    if 0 < count < WINDOW or (count and count % WINDOW >= _LEAST_SHARE * WINDOW):
        yield [waiting[index % len(waiting)] for index in range(WINDOW)]
