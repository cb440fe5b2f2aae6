"""How large the two networks are; the defaults are those of the published checkpoints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """What encoder and decoder share.

    `audio`, `video` and `caption` are the widths of the three streams, `inner` that of all
    attention; feed-forward layers are four times as wide as their stream.
    """

    audio: int = 128
    video: int = 1024
    caption: int = 300
    inner: int = 1024
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class HeadSizes:
    """One modality's proposal heads: a head per kernel, each with `anchors` guesses per step.

    `steps` is what every video is padded to, `stride` the seconds that a step covers.
    """

    kernels: tuple[int, ...]
    anchors: tuple[float, ...]
    stride: float
    steps: int
    hidden: int = 512


PUBLISHED = Sizes()
"""The sizes of the published checkpoints."""

AUDIO_KERNELS = (5, 13, 23, 35, 51, 69, 91, 121, 161, 211)
VIDEO_KERNELS = (1, 5, 9, 13, 19, 25, 35, 45, 61, 79)
AUDIO_ANCHORS, VIDEO_ANCHORS = 48, 128
AUDIO_STEPS, VIDEO_STEPS = 800, 300
AUDIO_STRIDE, VIDEO_STRIDE = 0.96, 64 / 25
MAX_SECONDS = 768.0
"""What 800 steps of sound and 300 of pictures both cover: nothing later is seen."""


def audio_heads(anchors: tuple[float, ...]) -> HeadSizes:
    """The published heads on sound, around these 48 segment lengths in seconds."""
    return HeadSizes(AUDIO_KERNELS, anchors, AUDIO_STRIDE, AUDIO_STEPS)


def video_heads(anchors: tuple[float, ...]) -> HeadSizes:
    """The published heads on pictures, around these 128 segment lengths in seconds."""
    return HeadSizes(VIDEO_KERNELS, anchors, VIDEO_STRIDE, VIDEO_STEPS)
