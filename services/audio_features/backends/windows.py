"""What a sound feels like window by window, from frames that are measured already."""

import numpy as np

from services.audio_features.backends.feeling import FeelingModel
from services.audio_features.backends.loudness import is_silent
from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.domain import Window

WINDOW_SECONDS = 10.0
"""Length of a window; windows overlap by half. A shorter sound is one window."""


def felt_windows(measurement: Measurement, model: FeelingModel) -> tuple[Window, ...]:
    """The windows of a sound, in the order of time; silent ones feel like nothing."""
    length = min(measurement.frames, round(WINDOW_SECONDS / FRAME_SECONDS))
    return tuple(
        _window(measurement, first, first + length, model)
        for first in _starts(measurement.frames, length)
    )


def _window(measurement: Measurement, first: int, last: int, model: FeelingModel) -> Window:
    heard = not is_silent(measurement.values("rms", first, last))
    feeling = model.feel(measurement.summaries(first, last)) if heard else None
    return Window(first * FRAME_SECONDS, last * FRAME_SECONDS, feeling)


def _starts(frames: int, length: int) -> list[int]:
    starts: list[int] = np.linspace(0, frames - length, _count(frames, length)).astype(int).tolist()
    return starts


def _count(frames: int, length: int) -> int:
    """How many windows, half overlapping at least, cover a sound from its first frame on."""
    return 1 if frames <= length else 1 + -(-2 * (frames - length) // length)
