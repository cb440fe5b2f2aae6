"""What the window network learns from: log-mels of many pieces.

Each piece is rendered, or read, once; its log-mel lies under `build/` and is used by every run.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from rich.progress import track

from catalogue.sketches.pieces import Piece
from services.audio_features.backends.patches import RATE, log_mel
from services.audio_features.domain import SAMPLE_RATE, Floats
from training.audio_features.compositions import compositions, samples_of

LogMel = NDArray[np.float16]
"""Shape (frames, 64), 10 ms apart, as `patches` makes it."""

FOLDER = Path("build/audio_features/log_mels")
FRAMES_PER_SECOND = 100

Source = Piece | Path
"""A piece to be rendered, or a sound file."""


def heard(samples: Floats) -> Floats:
    """Log-mels of mono samples at `SAMPLE_RATE`, shape (frames, 64), 10 ms apart."""
    sound = np.asarray(soxr.resample(samples, SAMPLE_RATE, RATE), np.float32)
    return log_mel(sound, len(sound) * FRAMES_PER_SECOND // RATE)


def samples_in(path: Path) -> Floats:
    """The sound of a file: mono samples at `SAMPLE_RATE`."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE), np.float32)


def composed(count: int) -> tuple[Source, ...]:
    """The first `count` compositions, not rendered yet."""
    return tuple(compositions(count))


def material(sources: Sequence[Source], workers: int = 1) -> list[LogMel]:
    """Reads the log-mels of the sources, making those that are missing, with progress.

    An interrupted run goes on where it was.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = [source for source in sources if not _place(source).exists()]
    if missing:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            for _ in track(pool.map(_make, missing), "Making log-mels", total=len(missing)):
                pass
    return [np.load(_place(source), allow_pickle=False) for source in sources]


def _place(source: Source) -> Path:
    name = source.id if isinstance(source, Piece) else f"{source.parent.name}-{source.stem}"
    return FOLDER / f"{name}.npy"


def _make(source: Source) -> None:
    samples = samples_of(source) if isinstance(source, Piece) else samples_in(source)
    unfinished = _place(source).with_suffix(".part.npy")
    np.save(unfinished, heard(samples).astype(np.float16), allow_pickle=False)
    unfinished.replace(_place(source))
