"""MiniLM vectors of the training texts, kept on disk by content so that a second run is quick."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends.encoder import Encoder

CACHE = Path("build/mood")
CHUNK = 2048


def vectors(texts: Sequence[str], name: str, *, threads: int = 2) -> npt.NDArray[np.float32]:
    """Embeds texts, shape (texts, 384), or reads them back; `name` is for the progress line."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    path = CACHE / f"{name}-{digest}.npy"
    if path.exists():
        return np.asarray(np.load(path, allow_pickle=False))
    encoder = Encoder(threads=threads)
    parts = []
    for start in range(0, len(texts), CHUNK):
        parts.append(encoder.encode(texts[start : start + CHUNK]))
        done = min(start + CHUNK, len(texts))
        print(f"{name}: {done} of {len(texts)} texts embedded", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    found = np.concatenate(parts)
    np.save(path, found, allow_pickle=False)
    return found
