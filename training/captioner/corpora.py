"""The photo collections the captioner learns from and is measured on, as arrays in memory.

Every photo is squeezed to a 144 × 144 square, because Flickr8k comes that way here; serving does
the same, so that the network meets in use what it met in training.
"""

import csv
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 144
"""Width and height of every photo, in pixels."""

Pixels = NDArray[np.uint8]
"""Photos as uint8, shaped (photos, 144, 144, 3), RGB."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """Flickr8k photos with five captions each (Hodosh, Young & Hockenmaier, JAIR 2013)."""

    pixels: Pixels
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """OASIS photos (Kurdi, Lozano & Banaji, 2017); ratings moved from 1..7 to [-1, 1].

    `affect` is shaped (photos, 2): valence, arousal. `themes` group photos of one subject.
    """

    pixels: Pixels
    affect: NDArray[np.float32]
    themes: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Placed:
    """Scene photos with one class name each."""

    pixels: Pixels
    labels: NDArray[np.str_]


def captioned(data: Path, split: str) -> Captioned:
    """Flickr8k's `train` (6,000 photos) or `dev` (1,000)."""
    folder = data / "flickr8k"
    captions = json.loads((folder / f"{split}_captions.json").read_text(encoding="utf-8"))
    photos = _photos(folder / f"{split}.tar")
    names = sorted(captions.keys() & photos.keys())
    return Captioned(
        pixels=np.stack([photos[name] for name in names]),
        captions=tuple(tuple(captions[name]) for name in names),
    )


def rated(data: Path) -> Rated:
    """The 489 OASIS photos that are not held back for testing."""
    rows = _rows(data / "oasis" / "labels.csv")
    photos = _photos(data / "oasis" / "images.tar")
    means = [[float(r["valence_mean_1to7"]), float(r["arousal_mean_1to7"])] for r in rows]
    return Rated(
        pixels=np.stack([photos[r["file"]] for r in rows]),
        affect=((np.array(means) - 4.0) / 3.0).astype(np.float32),
        themes=np.array([r["theme"] for r in rows]),
    )


def placed(data: Path) -> Placed:
    """The 1,419 scene photos in 24 classes."""
    rows = _rows(data / "scenes" / "labels.csv")
    photos = _photos(data / "scenes" / "images.tar")
    return Placed(
        pixels=np.stack([photos[r["file"]] for r in rows]),
        labels=np.array([r["label"] for r in rows]),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _photos(path: Path) -> dict[str, Pixels]:
    photos: dict[str, Pixels] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                photos[member.name.removeprefix("./")] = squeezed(stream.read())
    return photos


def squeezed(data: bytes) -> Pixels:
    """Decodes one trusted photo and squeezes it to the square (antialiased bilinear)."""
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)
