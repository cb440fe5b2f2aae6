"""Sound files: written block by block under another name, then moved into place."""

import os
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from catalogue.sketches.instruments import RATE

FileFormat = Literal["ogg", "flac", "wav"]

_CODINGS = {"ogg": ("OGG", "VORBIS"), "flac": ("FLAC", "PCM_16"), "wav": ("WAV", "PCM_16")}
_QUALITY = 0.4
_BLOCK = RATE // 2
"""Half a second: libsndfile's Vorbis writer has overflowed its stack on long single writes."""


def recorded(sound: NDArray[np.float32], path: Path, file_format: FileFormat) -> None:
    """Writes samples of shape (frames, channels) to a file that appears whole or not at all."""
    container, coding = _CODINGS[file_format]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    quality = {"compression_level": 1.0 - _QUALITY} if file_format == "ogg" else {}
    try:
        with soundfile.SoundFile(
            unfinished, "w", RATE, sound.shape[1], coding, format=container, **quality
        ) as file:
            for start in range(0, len(sound), _BLOCK):
                file.write(sound[start : start + _BLOCK])
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
