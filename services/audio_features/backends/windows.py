"""Windows of 10 s: where they lie, what the models read of each, and what each feels like."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.audio_features.backends.feeling import FeelingModel
from services.audio_features.backends.loudness import is_silent
from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.patches import PATCH_SECONDS
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.backends.window_statistics import window_summaries
from services.audio_features.domain import Floats, Window

WINDOW_SECONDS, STEP_SECONDS = 10.0, 5.0
"""Length of a window, and from one to the next; a shorter sound is one window."""

MAX_WINDOWS = 1_440
"""Two hours of windows; of a longer sound, they lie further apart."""


def windows_of(measurement: Measurement) -> tuple[Window, ...]:
    """The windows of a sound in the order of time; what they feel like is not told yet."""
    length = window_frames(measurement.frames)
    return tuple(
        Window(start * FRAME_SECONDS, (start + length) * FRAME_SECONDS, None)
        for start in window_starts(measurement.frames)
    )


def window_frames(frames: int) -> int:
    """How many frames a window of a sound of so many frames has."""
    return min(frames, round(WINDOW_SECONDS / FRAME_SECONDS))


def window_starts(frames: int) -> list[int]:
    """The frames at which windows begin; the last window ends where the sound ends."""
    last = frames - window_frames(frames)
    step = round(STEP_SECONDS / FRAME_SECONDS)
    count = 1 + -(-last // step)
    if count > MAX_WINDOWS:
        return [int(start) for start in np.linspace(0, last, MAX_WINDOWS)]
    return [min(number * step, last) for number in range(count)]


def window_vectors(measurement: Measurement, textures: Floats) -> Floats:
    """What the models read of every window, shape (windows, numbers).

    `textures`, shape (patches, 128), are those of the whole sound.
    """
    length, starts = window_frames(measurement.frames), window_starts(measurement.frames)
    summaries = window_summaries(measurement, starts, length)
    pooled = _pooled(textures, starts, length)
    return np.stack([sound_vector(*each) for each in zip(summaries, pooled, strict=True)])


def _pooled(textures: Floats, starts: Sequence[int], length: int) -> Floats:
    """The mean texture of each window: of all patches whose middle is in it, at least of one."""
    edges = np.stack([np.asarray(starts), np.asarray(starts) + length]) * FRAME_SECONDS
    first, last = np.round(edges / PATCH_SECONDS).astype(int)
    first = np.minimum(first, len(textures) - 1)
    last = np.clip(last, first + 1, len(textures))
    sums = np.concatenate([np.zeros((1, textures.shape[1])), textures.cumsum(0, np.float64)])
    counts = (last - first)[:, np.newaxis]
    return np.asarray((sums[last] - sums[first]) / counts, np.float32)


def heard_windows(measurement: Measurement) -> Floats:
    """1 for every window in which something can be heard, else 0; shape (windows,)."""
    length = window_frames(measurement.frames)
    rms = measurement.values("rms")
    heard = [
        not is_silent(rms[:, first : first + length]) for first in window_starts(measurement.frames)
    ]
    return np.array(heard, np.float32)


def felt_windows(
    windows: Sequence[Window], vectors: Floats, heard: Floats, model: FeelingModel
) -> tuple[Window, ...]:
    """The same windows with what each feels like; nothing where nothing can be heard."""
    feelings = model.feelings(vectors)
    return tuple(
        replace(window, feeling=feeling if is_heard else None)
        for window, feeling, is_heard in zip(windows, feelings, heard > 0, strict=True)
    )
