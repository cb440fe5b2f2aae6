"""Runs the frozen part of the network once over every photo and keeps the result on disk.

Fine-tuning then trains only the last blocks, on these stored feature maps, which is what makes it
feasible on two cores. Each (collection, view) is one file; a stopped run goes on with the next one.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.captioner.backbone import Published, prepared, stack
from training.captioner.corpora import NETWORK_SIDE, Pixels

TRUNK_LAST = 13
"""Last frozen block; its output is (96, 12, 12)."""

TAIL_LAST = 18
"""Last block of a tail; pooled, its output is the embedding of 1,280 numbers."""

_BATCH = 32


class Store:
    """Feature maps and frozen embeddings of views of photos, made when first asked for."""

    def __init__(self, folder: Path, published: Published, seed: int = 0) -> None:
        self._folder = folder
        self._seed = seed
        self._trunk = stack(published, 0, TRUNK_LAST).eval()
        self._tail = stack(published, TRUNK_LAST + 1, TAIL_LAST).eval()
        folder.mkdir(parents=True, exist_ok=True)

    def maps(self, name: str, pixels: Pixels, view: int = 0) -> NDArray[np.float16]:
        """Trunk outputs, (photos, 96, 12, 12), memory-mapped."""
        self._ensure(name, pixels, view)
        maps: NDArray[np.float16] = np.load(self._path(name, view, "maps"), mmap_mode="r")
        return maps

    def embeddings(self, name: str, pixels: Pixels, view: int = 0) -> NDArray[np.float32]:
        """Pooled outputs of the published tail, (photos, 1280)."""
        self._ensure(name, pixels, view)
        embeddings: NDArray[np.float32] = np.load(self._path(name, view, "embeddings"))
        return embeddings

    def _path(self, name: str, view: int, kind: str) -> Path:
        return self._folder / f"{name}-view{view}-{kind}.npy"

    def _ensure(self, name: str, pixels: Pixels, view: int) -> None:
        done = self._path(name, view, "embeddings")
        if done.exists():
            return
        # Views made up for training may be rough: bfloat16 is three times as fast on these cores.
        with torch.autocast("cpu", torch.bfloat16, enabled=view > 0):
            pairs = [self._look(x) for x in self._batches(name, pixels, view)]
        _save(self._path(name, view, "maps"), np.concatenate([maps for maps, _ in pairs]))
        _save(done, np.concatenate([embeddings for _, embeddings in pairs]))

    def _batches(self, name: str, pixels: Pixels, view: int) -> Iterator[Tensor]:
        generator = np.random.default_rng([self._seed, view, len(pixels)])
        started = time.monotonic()
        for start in range(0, len(pixels), _BATCH):
            chunk = torch.from_numpy(np.ascontiguousarray(pixels[start : start + _BATCH]))
            yield prepared(viewed(chunk, view, generator), NETWORK_SIDE)
            if start // _BATCH % 20 == 0:
                rate = (start + len(chunk)) / (time.monotonic() - started)
                print(f"{name} view {view}: {start}/{len(pixels)}, {rate:.0f} photos/s", flush=True)

    @torch.inference_mode()
    def _look(self, x: Tensor) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
        maps = self._trunk(x.contiguous(memory_format=torch.channels_last))
        embeddings = self._tail(maps).float().mean((2, 3))
        return maps.half().contiguous().numpy(), embeddings.numpy()


def _save(path: Path, array: NDArray[np.generic]) -> None:
    partial = path.with_suffix(".partial.npy")
    np.save(partial, array)
    partial.replace(path)


def viewed(pixels: Tensor, view: int, generator: np.random.Generator) -> Tensor:
    """View 0 is the photo, view 1 its mirror image, higher views are random crops and light.

    Args:
        pixels: uint8, (photos, side, side, 3).
        view: Which view.
        generator: Decides the crops.
    """
    if view == 0:
        return pixels
    if view == 1:
        return pixels.flip(2)
    return torch.stack([_cropped(photo, generator) for photo in pixels])


def _cropped(photo: Tensor, generator: np.random.Generator) -> Tensor:
    side = photo.shape[0]
    area, ratio = generator.uniform(0.55, 1.0), np.exp(generator.uniform(-0.25, 0.25))
    height, width = (min(side, round(side * float(np.sqrt(area * r)))) for r in (ratio, 1 / ratio))
    top, left = (int(generator.integers(0, side - extent + 1)) for extent in (height, width))
    crop = photo[top : top + height, left : left + width].permute(2, 0, 1).float()[None]
    crop = functional.interpolate(crop, size=(side, side), mode="bilinear", align_corners=False)[0]
    gain, lift = generator.uniform(0.8, 1.2), generator.uniform(-16.0, 16.0)
    crop = ((crop - 128.0) * gain + 128.0 + lift).clamp(0, 255).permute(1, 2, 0)
    return (crop.flip(1) if generator.random() < 0.5 else crop).to(torch.uint8)
