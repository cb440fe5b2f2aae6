"""What is read of videos, and how much."""

from dataclasses import dataclass

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "matroska": "matroska",
    "avi": "avi",
    "ogv": "ogg",
}
"""FFmpeg's demuxer for each format that is read, by the names of `servicekit.media`."""

MAX_PICTURES = 3
"""Most frames of a scene that captions are written of."""

MAX_CURVE_VALUES = 1200
"""Most values of a curve."""


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What is refused: longer videos, larger frames; and into how many scenes a video may fall."""

    max_seconds: float
    max_frame_pixels: int
    max_scenes: int
