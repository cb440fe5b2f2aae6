"""Samples: what is measured of one decoded frame, and the frame itself while it may be needed."""

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.captioner.domain import Pixels
from services.captioner.light import histogram, is_black, sharpness
from services.captioner.pictures import WORKING_SIDE, fitted
from services.captioner.videos.frames import reduced

_SIDE, _THUMBNAIL_SIDE = 256, 64
_DIM, _GLARING = 0.2, 0.9
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame: when it is shown, its colours, its small grey picture, and how clear it is."""

    at: float
    colors: NDArray[np.float64]
    grey: NDArray[np.float32]
    clearness: float
    black: bool
    frame: VideoFrame
    aspect: float

    @property
    def brightness(self) -> float:
        """Mean lightness, 0 to 1."""
        return float(self.grey.mean())

    def picture(self) -> Pixels:
        """The frame as captions are written of it."""
        return reduced(self.frame, WORKING_SIDE, self.aspect)


def sampled(frame: VideoFrame, at: float, aspect: float) -> Sample:
    """Measures a frame."""
    small = reduced(frame, _SIDE, aspect)
    thumbnail = fitted(small, _THUMBNAIL_SIDE)
    grey = (thumbnail @ _LUMA) / np.float32(255)
    light = float(grey.mean())
    # A sharp frame that can hardly be seen says less than a softer one in good light.
    seen = min(1.0, light / _DIM, (1.0 - light) / (1.0 - _GLARING))
    return Sample(
        at=at,
        colors=histogram(thumbnail),
        grey=grey,
        clearness=sharpness(small) * max(0.0, seen),
        black=is_black(thumbnail),
        frame=frame,
        aspect=aspect,
    )


def change(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How much of the colours differ, 0 to 1."""
    return 0.5 * float(np.abs(one - other).sum())


def colors_of(frame: VideoFrame) -> NDArray[np.float64]:
    """The colours of a frame alone, which is quicker."""
    return histogram(reduced(frame, _THUMBNAIL_SIDE))
