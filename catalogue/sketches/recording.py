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
_BLOCK = RATE // 2
"""Half a second: libsndfile's Vorbis writer has overflowed its stack on long single writes."""


def recorded(
    sound: NDArray[np.float32], path: Path, file_format: FileFormat, *, quality: float = 0.4
) -> None:
    """Writes samples of shape (frames, channels) to a file that appears whole or not at all.

    `quality` in [0, 1] is Vorbis's own; the other formats lose nothing.
    """
    container, coding = _CODINGS[file_format]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    coding_options = {"compression_level": 1.0 - quality} if file_format == "ogg" else {}
    try:
        with soundfile.SoundFile(
            unfinished, "w", RATE, sound.shape[1], coding, format=container, **coding_options
        ) as file:
            for start in range(0, len(sound), _BLOCK):
                file.write(sound[start : start + _BLOCK])
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
