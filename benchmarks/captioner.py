"""Measures the captioner: its models, its videos, its model server and its memory, as ratios.

Sections: `blip`, `lite`, `frames`, `vlog`, `torchserve`, `memory`. Whatever they need is made on
the spot; weights of BLIP-base's shape are random, which takes as long as the published ones do.
Example: `python -m benchmarks.captioner --only blip,lite`
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks import captioner_figures
from benchmarks.captioner_figures import Figure

FIGURES = Path("build/figures/bench-captioner.json")

Section = Callable[[Path], list[Figure]]
"""Measures one thing, in a folder that it may fill."""

SECTIONS = {
    "blip": "benchmarks.captioner_blip",
    "lite": "benchmarks.captioner_lite",
    "frames": "benchmarks.captioner_frames",
    "vlog": "benchmarks.captioner_vlog",
    "torchserve": "benchmarks.captioner_torchserve",
    "memory": "benchmarks.captioner_memory",
}
"""The module of each section; its `measured` is the section."""

_console = Console(stderr=True, highlight=False)


def measured(names: list[str], folder: Path) -> list[Figure]:
    """Every section in turn; one that cannot be measured here is told and left out."""
    found: list[Figure] = []
    for name in names:
        _console.print(f"{name} …")
        # Only now: torch and Java are not everywhere, and not every section needs them.
        section: Section = import_module(SECTIONS[name]).measured
        found += section(folder)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.captioner",
        description=__doc__.splitlines()[0] if __doc__ else None,
        epilog="Example: python -m benchmarks.captioner --only blip,lite",
    )
    everything = ",".join(SECTIONS)
    parser.add_argument("--only", type=_names, default=everything, help=f"of {everything}")
    parser.add_argument("--output", type=Path, default=FIGURES, help=f"the figures ({FIGURES})")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in SECTIONS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: no such section")
    return names


def main() -> int:
    """Runs the command; returns the exit code, which is 0 also where a target is missed."""
    chosen = _arguments()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        with tempfile.TemporaryDirectory(prefix="vts-bench-") as folder:
            found = measured(chosen.only, Path(folder))
    except KeyboardInterrupt:
        return 130
    Console().print(captioner_figures.table(found))
    captioner_figures.write(found, chosen.output)
    _console.print(f"The figures are in {chosen.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
