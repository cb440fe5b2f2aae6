"""What TorchServe adds to the same model in this process, eight photos at a time."""

from __future__ import annotations

from pathlib import Path

from benchmarks import torchserve
from benchmarks.captioner_figures import Figure
from deploy.torchserve.serving import ServeError

_REPETITIONS = 3


def measured(folder: Path) -> list[Figure]:  # noqa: ARG001 - it makes a folder of its own
    """Seconds on either side and the share that is added; nothing without Java or TorchServe."""
    try:
        found = torchserve.measured(_REPETITIONS)
    except ServeError as error:
        print(f"torchserve is left out: {error}")
        return []
    batch = f"s for {torchserve.BATCH} photos"
    return [
        Figure("torchserve_batch_seconds", found["torchserve_batch_seconds"], batch),
        Figure(
            "torchserve_in_process_batch_seconds",
            found["torchserve_in_process_batch_seconds"],
            batch,
        ),
        Figure("torchserve_overhead", found["torchserve_overhead"], "of that", at_most=0.25),
    ]
