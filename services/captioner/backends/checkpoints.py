"""Finds the weights that the captioner's settings name."""

from pathlib import Path

from servicekit import checkpoints
from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from vts import modelstore

__all__ = ["Checkpoint", "UnusableCheckpointError", "found"]


def found(model: str, pulled: Path = modelstore.DEFAULT_FOLDER) -> Checkpoint:
    """Finds a model as `servicekit.checkpoints` does; raises `UnusableCheckpointError`."""
    return checkpoints.found(model, "VTS_CAPTIONER_MODEL", pulled)
