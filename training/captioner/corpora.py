"""The photo collections the captioner learns from and is measured on, as arrays in memory.

Every photo is squeezed to a square, as in serving: to the network's 192 × 192. Those of Flickr8k,
which come squeezed to 144 × 144, are kept so until they are looked at.
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

NETWORK_SIDE = 192
"""Width and height at which the network looks at a photo, in pixels."""

SMALL_SIDE = 144
"""Width and height of Flickr8k's photos."""

Pixels = NDArray[np.uint8]
"""Photos as uint8, shaped (photos, side, side, 3), RGB."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """Flickr8k photos with five captions each (Hodosh, Young & Hockenmaier, JAIR 2013)."""

    pixels: Pixels
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """OASIS photos (Kurdi, Lozano & Banaji, 2017); ratings moved from 1..7 to [-1, 1].

    `affect` is shaped (photos, 2): valence, arousal. `themes` group photos of one subject;
    `categories` are Animal, Object, Person and Scenery.
    """

    pixels: Pixels
    affect: NDArray[np.float32]
    themes: NDArray[np.str_]
    categories: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Placed:
    """Scene photos with one class name each."""

    pixels: Pixels
    labels: NDArray[np.str_]


def captioned(data: Path, split: str) -> Captioned:
    """Flickr8k's `train` (6,000 photos) or `dev` (1,000)."""
    folder = data / "flickr8k"
    captions = json.loads((folder / f"{split}_captions.json").read_text(encoding="utf-8"))
    photos = _photos(folder / f"{split}.tar", SMALL_SIDE)
    names = sorted(captions.keys() & photos.keys())
    return Captioned(
        pixels=np.stack([photos[name] for name in names]),
        captions=tuple(tuple(captions[name]) for name in names),
    )


def rated(data: Path) -> Rated:
    """The 489 OASIS photos that are not held back for testing."""
    rows = _rows(data / "oasis" / "labels.csv")
    photos = _photos(data / "oasis" / "images.tar", NETWORK_SIDE)
    means = [[float(r["valence_mean_1to7"]), float(r["arousal_mean_1to7"])] for r in rows]
    return Rated(
        pixels=np.stack([photos[r["file"]] for r in rows]),
        affect=((np.array(means) - 4.0) / 3.0).astype(np.float32),
        themes=np.array([r["theme"] for r in rows]),
        categories=np.array([r["category"] for r in rows]),
    )


def placed(data: Path) -> Placed:
    """The 1,419 scene photos in 24 classes."""
    rows = _rows(data / "scenes" / "labels.csv")
    photos = _photos(data / "scenes" / "images.tar", NETWORK_SIDE)
    return Placed(
        pixels=np.stack([photos[r["file"]] for r in rows]),
        labels=np.array([r["label"] for r in rows]),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _photos(path: Path, side: int) -> dict[str, Pixels]:
    photos: dict[str, Pixels] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                with Image.open(io.BytesIO(stream.read())) as image:
                    photos[member.name.removeprefix("./")] = squeezed(image, side)
    return photos


def squeezed(image: Image.Image, side: int) -> Pixels:
    """Squeezes a photo to the square (antialiased bilinear)."""
    small = image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)


def as_served(pixels: Pixels) -> Pixels:
    """Photos at the network's side, just as serving makes them."""
    if pixels.shape[1] == NETWORK_SIDE:
        return pixels
    return np.stack([squeezed(Image.fromarray(photo), NETWORK_SIDE) for photo in pixels])
