"""Numbers as bytes, little-endian, and never as objects that could run code.

Statistics, embeddings and materials keep every bit, so that a newer head makes of a kept analysis
what it would make of the sound. Sequences are only compared, and are kept in fewer bits.
"""

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.audio_features.domain import Floats

Codec = Literal["float32", "float16", "uint8"]

MAX_HALF = 65_504.0
"""The largest number that 16 bits of floating point hold."""

_TYPES: dict[Codec, np.dtype[np.generic]] = {
    "float32": np.dtype("<f4"),
    "float16": np.dtype("<f2"),
    "uint8": np.dtype("u1"),
}


@dataclass(frozen=True, slots=True)
class Packed:
    """Numbers in a codec; they are what `data` holds times `scale`."""

    codec: Codec
    scale: float
    data: bytes


def exact(values: Floats) -> bytes:
    """Packs numbers as float32."""
    return values.astype("<f4").tobytes()


def restored(data: bytes, shape: tuple[int, ...] = (-1,)) -> Floats:
    """Unpacks what `exact` packed; a copy that may be written to."""
    return np.frombuffer(data, "<f4").astype(np.float32).reshape(shape)


def halved(values: Floats) -> Packed:
    """Packs numbers in 16 bits each: off by at most a 2,048th of themselves (or 2^-25).

    Numbers beyond `MAX_HALF`, which no cepstrum has, are kept exactly.
    """
    if np.abs(values).max(initial=0.0) > MAX_HALF:
        return Packed("float32", 1.0, exact(values))
    return Packed("float16", 1.0, values.astype("<f2").tobytes())


def quartered(values: Floats) -> Packed:
    """Packs numbers from 0 on in 8 bits each: off by at most a 510th of the largest (and rounding).

    Where one is negative, as no strength of a pitch class is, they are halved instead.
    """
    largest = float(values.max(initial=0.0))
    if values.min(initial=0.0) < 0:
        return halved(values)
    scale = largest / 255 or 1.0
    return Packed("uint8", scale, np.rint(values / scale).astype("u1").tobytes())


def unpacked(codec: str, scale: float, data: bytes, shape: tuple[int, int]) -> Floats:
    """Unpacks numbers; raises ValueError if they are not what the rest of their row says."""
    if codec not in _TYPES:
        raise ValueError(f"unknown codec {codec!r}")
    values: NDArray[np.generic] = np.frombuffer(data, _TYPES[codec])
    if len(values) != prod(shape):
        raise ValueError(f"{len(values)} numbers for a shape of {shape}")
    whole = values.astype(np.float32).reshape(shape)
    return whole * np.float32(scale) if scale != 1 else whole
