"""Vectors of the training texts as the service's encoder gives them, int8 and all.

They are kept on disk by content, and by the encoder that made them, so that a second run is quick.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends import encoder, graph, quantisation, weights
from services.mood.backends.encoder import Encoder

CACHE = Path("build/mood")
CHUNK = 2048
CODE = tuple(Path(str(module.__file__)) for module in (encoder, graph, quantisation))
"""What makes the vectors: if it changes, they are made anew."""

Floats = npt.NDArray[np.float32]


def vectors(texts: Sequence[str], name: str, *, threads: int = 2) -> Floats:
    """Search vectors of texts, (texts, 384); those seen before under `name` are read back."""
    path = CACHE / f"{name}-{_stamp(*CODE)}.npz"
    return _known(texts, path, lambda: Encoder(threads=threads).encode)


def features(texts: Sequence[str], name: str, *, threads: int = 2) -> Floats:
    """Search and feeling vectors side by side, (texts, 768), as the heads take them."""
    path = CACHE / f"{name}-felt-{_stamp(*CODE, weights.FEELING, weights.REACHES)}.npz"

    def opened() -> Callable[[Sequence[str]], Floats]:
        model = Encoder(threads=threads)
        return lambda part: np.hstack(model.feel(part))

    return _known(texts, path, opened)


def _known(
    texts: Sequence[str], path: Path, opened: Callable[[], Callable[[Sequence[str]], Floats]]
) -> Floats:
    known = _read(path)
    digests = [_digest(text) for text in texts]
    pairs = zip(digests, texts, strict=True)
    missing = {digest: text for digest, text in pairs if digest not in known}
    if missing:
        table = _computed(list(missing.values()), path.stem, opened())
        known |= dict(zip(missing, table, strict=True))
        _write(path, known)
    return np.stack([known[digest] for digest in digests])


def _computed(
    texts: Sequence[str], name: str, compute: Callable[[Sequence[str]], Floats]
) -> Floats:
    parts = []
    for start in range(0, len(texts), CHUNK):
        parts.append(compute(texts[start : start + CHUNK]))
        done = min(start + CHUNK, len(texts))
        print(f"{name}: {done} of {len(texts)} texts embedded", flush=True)
    return np.concatenate(parts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _stamp(*files: Path) -> str:
    """A short name for the content of files."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _read(path: Path) -> dict[str, Floats]:
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as file:
        digests, table = file["digests"], file["vectors"]
    return dict(zip(digests.tolist(), table, strict=True))


def _write(path: Path, known: dict[str, Floats]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    table = np.stack(list(known.values()))
    np.savez(path, digests=np.array(list(known)), vectors=table)
