"""Measures what is done with sound: features, medians, alignment, start and import, as ratios.

Material is real music where the training data has it, else the project's own sketches. Figures go
into a table and into one JSON file. Example: `python -m benchmarks.audio --only features,medians`
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.captioner_figures import Figure, table, write

FIGURES = Path("build/figures/bench-audio.json")

GROUPS = ("features", "medians", "warping", "start", "importing")
"""Modules of this package, each with `measure(data) -> dict[str, float]`."""

TARGETS: dict[str, tuple[float | None, float | None]] = {
    "features_one_thread_ratio": (6.0, None),
    "features_two_threads_ratio": (10.0, None),
    "medians_ratio": (8.0, None),
    "warping_full_ratio": (5.0, None),
    "warping_banded_ratio": (20.0, None),
    "warping_top_10_two_threads_ratio": (50.0, None),
    "start_seconds": (None, 6.0),
    "importing_songs_per_hour": (12_000.0, None),
}
"""What figures are to be at least, and at most."""

UNITS = {
    "ms": "ms",
    "ratio": "× faster",
    "seconds": "s",
    "hour": "songs an hour",
    "loop": "× faster",
}
"""What the last word of a figure's name says of it."""

_console = Console(stderr=True, highlight=False)


def measured(groups: list[str], data: Path | None) -> list[Figure]:
    """Every group in turn."""
    found: list[Figure] = []
    for group in groups:
        _console.print(f"{group} …")
        # Only now: not every group needs every library, and threads are set before numpy comes.
        values: dict[str, float] = import_module(f"benchmarks.audio.{group}").measure(data)
        found += [_figure(f"{group}_{name}", value) for name, value in values.items()]
    return found


def _figure(name: str, value: float) -> Figure:
    at_least, at_most = TARGETS.get(name, (None, None))
    unit = UNITS.get(name.rsplit("_", 1)[-1], "")
    return Figure(name, value, unit, at_least=at_least, at_most=at_most)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.audio",
        description=__doc__.splitlines()[0] if __doc__ else None,
        epilog="Example: python -m benchmarks.audio --only features,medians",
    )
    everything = ",".join(GROUPS)
    parser.add_argument("--only", type=_groups, default=everything, help=f"of {everything}")
    parser.add_argument("--data", type=Path, help="the training data ($VTS_TRAINING_DATA)")
    parser.add_argument("--output", type=Path, default=FIGURES, help=f"the figures ({FIGURES})")
    return parser.parse_args()


def _groups(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in GROUPS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: no such group")
    return names


def main() -> int:
    """Runs the command; returns the exit code, which is 0 also where a target is missed."""
    chosen = _arguments()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(".vts/numba").resolve()))
    try:
        found = measured(chosen.only, chosen.data)
    except KeyboardInterrupt:
        return 130
    figures = table(found)
    figures.title = "Sound, measured in one run"
    Console().print(figures)
    write(found, chosen.output)
    _console.print(f"The figures are in {chosen.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
