"""Half minutes of music to measure: real where the data has it, else a rendered sketch."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

RATE, SECONDS = 22_050, 30
SKETCH = "neon-laps"

Samples = NDArray[np.float32]


def half_minute(data: Path | None) -> Samples:
    """Mono samples at 22,050 Hz, shape (661500,): clips of Emotify joined, or a sketch."""
    folder = data or Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    clips = sorted((folder / "emotify").rglob("*.ogg"))
    sound = np.concatenate([_read(clip) for clip in clips[::100]]) if clips else _sketch()
    return sound[: SECONDS * RATE]


def _read(path: Path) -> Samples:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples.mean(axis=1), rate, RATE), np.float32)


def _sketch() -> Samples:
    from catalogue.sketches.instruments import RATE as SKETCH_RATE
    from catalogue.sketches.pieces import piece
    from catalogue.sketches.rendering import rendered

    mono = rendered(piece(SKETCH)).mean(axis=-1).astype(np.float32)
    return np.asarray(soxr.resample(mono, SKETCH_RATE, RATE), np.float32)
