"""What was seen and heard of a video, as rows of numbers, and batches cut from it."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

PADDING = 1
"""The blank word's number, and, by the published rule, the value of rows that are padding."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Stretches side by side: rgb and flow (batch, steps, 1024), audio (batch, steps, 128).

    Padding is `PADDING` in rgb and audio and 0 in flow, so that their sum is `PADDING` as well.
    """

    rgb: Tensor
    flow: Tensor
    audio: Tensor


@dataclass(frozen=True, slots=True)
class Features:
    """A whole video: rgb and flow (n, 1024) every 2.56 s, audio (m, 128) every 0.96 s.

    Where there is no flow, its rows are 0; a silent file has one audio row of 0, as the published
    data has for sound that is missing. `seconds` is how long the part lasts that was watched.
    """

    rgb: Tensor
    flow: Tensor
    audio: Tensor
    seconds: float


def whole(features: Features, audio_steps: int, video_steps: int) -> Batch:
    """The whole video as a batch of one, padded to a fixed length for the proposal network.

    Raises:
        ValueError: The video has more rows than that.
    """
    if len(features.audio) > audio_steps or len(features.rgb) > video_steps:
        raise ValueError(f"more than {audio_steps} rows of sound or {video_steps} of pictures")
    return Batch(
        _padded(features.rgb, video_steps, PADDING).unsqueeze(0),
        _padded(features.flow, video_steps, 0).unsqueeze(0),
        _padded(features.audio, audio_steps, PADDING).unsqueeze(0),
    )


def stretch(features: Features, start: float, end: float) -> Batch:
    """What is seen and heard from `start` to `end` seconds, as a batch of one."""
    cut = [
        _cropped(rows, start, end, features.seconds).unsqueeze(0)
        for rows in (features.rgb, features.flow, features.audio)
    ]
    return Batch(*cut)


def together(batches: list[Batch]) -> Batch:
    """Puts stretches of different lengths side by side."""
    video = max(batch.rgb.shape[1] for batch in batches)
    audio = max(batch.audio.shape[1] for batch in batches)
    return Batch(
        torch.cat([_padded(batch.rgb, video, PADDING) for batch in batches]),
        torch.cat([_padded(batch.flow, video, 0) for batch in batches]),
        torch.cat([_padded(batch.audio, audio, PADDING) for batch in batches]),
    )


def _padded(rows: Tensor, steps: int, value: float) -> Tensor:
    return pad(rows, (0, 0, 0, steps - rows.shape[-2]), value=value)


def _cropped(rows: Tensor, start: float, end: float, seconds: float) -> Tensor:
    """The rows of that share of the video, at least one."""
    count = len(rows)
    first, last = int(count * (start / seconds)), int(count * (end / seconds))
    if first == last:
        first, last = (first - 1, last) if first == count else (first, last + 1)
    return rows[first:last]
