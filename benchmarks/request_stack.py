"""A VTS of the benchmark's own, and a second copy of its catalogue for the models in process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from catalogue.starter import SONGS_PATH
from deploy.local.filling import run_module
from deploy.local.processes import Part, Plan, started

_SKETCHES = ("lamp-low", "sunrise-circuit", "white-porcelain", "held-breath")
_GROUPS = str(len(_SKETCHES) // 2)
"""As many as so few songs with sound can be divided into."""
_REMEMBERED_TEXTS = "VTS_MOOD_CACHED_TEXTS"
_LIBRARY_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def remember_one_text() -> None:
    """Lets the mood service, here and there, remember one text: the least its setting allows."""
    os.environ[_REMEMBERED_TEXTS] = "1"


def bound_libraries() -> None:
    """Gives the libraries of this process one thread, like those of the services that use them.

    The captioner's and the mood service's networks have settings of their own. Works only before
    NumPy is imported, and must come after the services are started, who would inherit it.
    """
    for name in _LIBRARY_THREADS:
        os.environ.setdefault(name, "1")


def threads(plan: Plan) -> dict[str, int]:
    """How many threads each service computes with, by its name."""
    return {
        part.name: int(plan.environment(part)[f"VTS_{part.name.upper()}_THREADS"])
        for part in plan.parts
    }


async def fill(plan: Plan) -> Path:
    """Fills the stack's catalogue with the starter songs and a few sketches; returns a copy.

    The sketches are divided into groups, so that a sound is told which one it belongs to.

    The store belongs to one process at a time, so VTS runs for the filling, and ends for the copy.

    Raises:
        StartError: A port is taken, or a process did not get ready.
        FillError: Rendering, importing or grouping did not work.
    """
    sketches = plan.data / "sketches"
    only = [word for name in _SKETCHES for word in ("--only", name)]
    await run_module("catalogue.sketches", "--out", str(sketches), *only)
    lists = (str(SONGS_PATH), str(sketches / "sketches.jsonl"))
    async with started(plan, quietly):
        await run_module("vts", "--address", plan.gateway.address, "import", *lists)
        await run_module("vts", "--address", plan.gateway.address, "cluster", "--groups", _GROUPS)
    copy = plan.data / "recommender_in_process"
    shutil.copytree(plan.data / "recommender", copy)
    return copy


def quietly(part: Part, seconds: float) -> None:
    """Says nothing of a process that is ready."""
