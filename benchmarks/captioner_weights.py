"""The model and the pictures that `blip` is measured with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.torchserve import TOKENS, random_blip_base
from services.captioner.domain import Pixels

PROMPT = "word1 word2 word3"
"""Three words, as `a photo of`."""

__all__ = ["PROMPT", "TOKENS", "blip_base", "pictures"]


def blip_base(folder: Path) -> Path:
    """A checkpoint of BLIP-base's shape with random weights; made once in a folder."""
    made = folder / "blip-base-random"
    return made if made.is_dir() else random_blip_base(made)


def pictures(count: int) -> list[Pixels]:
    """Pictures of the size that the service works with, 480 × 640, of seeded noise."""
    rng = np.random.default_rng(0)
    return [rng.integers(0, 255, (480, 640, 3), dtype=np.uint8) for _ in range(count)]
