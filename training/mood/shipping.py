"""Weights as they are shipped in `models/mood`: readable by whoever is to serve them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
from safetensors.numpy import save_file

READABLE = 0o644
"""What git keeps too; safetensors leaves its files to their owner alone, whom no image runs as."""


def ship(tensors: Mapping[str, npt.NDArray[Any]], path: Path, metadata: Mapping[str, str]) -> None:
    """Writes tensors by name with what is to be known of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(tensors), path, metadata=dict(metadata))
    path.chmod(READABLE)
