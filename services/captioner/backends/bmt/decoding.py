"""The service's half of decoding: what the sandbox tells of a file, checked."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from servicekit.sandbox import Limits, Sandbox, Yielded
from services.captioner.backends.bmt.sizes import MAX_SECONDS
from services.captioner.domain import Pixels, UnreadableMedia
from services.captioner.isolation import understood
from services.captioner.streams import FRAMES_PER_SECOND, LONGEST_SIDE, SHORT_SIDE

MODULE = "services.captioner.streams"
"""What the sandbox imports."""

_NONSENSE = "could not be decoded: what came is neither frame nor sound"
_FRAME_BYTES = LONGEST_SIDE * SHORT_SIDE * 3 + 2048  # and what tells its shape
_LIMITS = Limits(
    # The clock stands while the networks look at what came.
    seconds=600.0,
    output_bytes=round(MAX_SECONDS * FRAMES_PER_SECOND) * _FRAME_BYTES,
    array_bytes=4 * 1024 * 1024,
)


class Decoder:
    """Decodes files in a process of their own; every iterator blocks while it waits.

    An iterator holds its file and its process till it is at its end or closed.
    """

    def __init__(self, max_pixels: int) -> None:
        """`max_pixels` is the most that a frame may have."""
        self._max_pixels = max_pixels
        self._sandbox = Sandbox(MODULE, _LIMITS, name="captioner-events")

    def seconds(self, path: Path, demuxer: str) -> float:
        """How long the file says that it lasts; 0 where it does not say.

        Raises:
            UnreadableMedia: It cannot be opened.
            ServiceError: Nothing can be decoded at the moment.
        """
        told = [said for said, _ in self._told("header", path, demuxer=demuxer)]
        seconds = told[0].get("seconds") if told else None
        return seconds if isinstance(seconds, float) and np.isfinite(seconds) else 0.0

    def frames(self, path: Path, demuxer: str) -> Generator[Pixels, None, None]:
        """Yields 25 frames a second of the first 768 s; the short side has 256 pixels.

        Raises:
            UnreadableMedia: It cannot be opened.
            MediaTooLarge: A frame has too many pixels.
            ServiceError: Nothing can be decoded at the moment.
        """
        arguments = {"max_seconds": MAX_SECONDS, "max_pixels": self._max_pixels}
        for _, arrays in self._told("frames", path, demuxer=demuxer, **arguments):
            yield _frame(arrays)

    def sound(self, path: Path, demuxer: str) -> Generator[NDArray[np.float32], None, None]:
        """Yields mono samples at 16 kHz of the first 768 s; none of a file without sound.

        Raises:
            UnreadableMedia: It cannot be opened.
            ServiceError: Nothing can be decoded at the moment.
        """
        for _, arrays in self._told("sound", path, demuxer=demuxer, max_seconds=MAX_SECONDS):
            if len(arrays) != 1 or arrays[0].dtype != np.float32 or arrays[0].ndim != 1:
                raise UnreadableMedia(_NONSENSE)
            yield np.nan_to_num(arrays[0].clip(-1.0, 1.0))

    def close(self) -> None:
        """Ends the decoding process."""
        self._sandbox.close()

    def _told(self, function: str, path: Path, **arguments: Any) -> Generator[Yielded, None, None]:
        with (
            path.open("rb") as file,
            understood(),
            self._sandbox.job(function, file, arguments) as job,
        ):
            yield from job


def _frame(arrays: tuple[NDArray[Any], ...]) -> Pixels:
    frame = arrays[0] if len(arrays) == 1 else np.zeros(0)
    sides = frame.shape[:2]
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise UnreadableMedia(_NONSENSE)
    if min(sides) != SHORT_SIDE or max(sides) > LONGEST_SIDE:
        raise UnreadableMedia(_NONSENSE)
    return frame.astype(np.uint8, copy=False)
