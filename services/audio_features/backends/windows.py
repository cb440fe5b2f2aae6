"""What a sound feels like window by window, from frames that are measured already."""

from collections.abc import Iterator

import numpy as np

from services.audio_features.backends.feeling import FeelingModel
from services.audio_features.backends.loudness import is_silent
from services.audio_features.backends.sections import Measurement
from services.audio_features.backends.spectra import FRAME_SECONDS, UNITS, Measured
from services.audio_features.backends.statistics import summarize
from services.audio_features.domain import Window

WINDOW_SECONDS = 10.0
"""Length of a window; windows overlap by half. A shorter section is one window."""


def felt_windows(measurement: Measurement, model: FeelingModel) -> tuple[Window, ...]:
    """The windows of all measured sections, in the order of time; silent ones feel like nothing.

    Sound that is too long to be measured whole has windows only where it was measured.
    """
    return tuple(
        window
        for section, start in zip(measurement.sections, measurement.starts, strict=True)
        for window in _of_section(section, start, model)
    )


def _of_section(section: Measured, start: float, model: FeelingModel) -> Iterator[Window]:
    frames = section.features["rms"].shape[1]
    length = min(frames, round(WINDOW_SECONDS / FRAME_SECONDS))
    for first in np.linspace(0, frames - length, _count(frames, length)).astype(int).tolist():
        part = {
            name: values[:, first : first + length] for name, values in section.features.items()
        }
        feeling = None
        if not is_silent(part["rms"]):
            feeling = model.feel(
                {name: summarize(part[name], unit) for name, unit in UNITS.items()}
            )
        began = start + first * FRAME_SECONDS
        yield Window(began, began + length * FRAME_SECONDS, feeling)


def _count(frames: int, length: int) -> int:
    """How many windows, half overlapping at least, cover a section from its first frame on."""
    return 1 if frames <= length else 1 + -(-2 * (frames - length) // length)
