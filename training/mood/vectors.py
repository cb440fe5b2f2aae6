"""MiniLM vectors of the training texts, kept on disk by content so that a second run is quick."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends.encoder import Encoder

CACHE = Path("build/mood")
CHUNK = 2048

Floats = npt.NDArray[np.float32]


def vectors(texts: Sequence[str], name: str, *, threads: int = 2) -> Floats:
    """Embeds texts, shape (texts, 384); those seen before under `name` are read back."""
    known = _read(name)
    digests = [_digest(text) for text in texts]
    pairs = zip(digests, texts, strict=True)
    missing = {digest: text for digest, text in pairs if digest not in known}
    if missing:
        known |= dict(zip(missing, _embedded(list(missing.values()), name, threads), strict=True))
        _write(name, known)
    return np.stack([known[digest] for digest in digests])


def _embedded(texts: Sequence[str], name: str, threads: int) -> Floats:
    encoder = Encoder(threads=threads)
    parts = []
    for start in range(0, len(texts), CHUNK):
        parts.append(encoder.encode(texts[start : start + CHUNK]))
        done = min(start + CHUNK, len(texts))
        print(f"{name}: {done} of {len(texts)} texts embedded", flush=True)
    return np.concatenate(parts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _read(name: str) -> dict[str, Floats]:
    path = CACHE / f"{name}.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as file:
        digests, table = file["digests"], file["vectors"]
    return dict(zip(digests.tolist(), table, strict=True))


def _write(name: str, known: dict[str, Floats]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    table = np.stack(list(known.values()))
    np.savez(CACHE / f"{name}.npz", digests=np.array(list(known)), vectors=table)
