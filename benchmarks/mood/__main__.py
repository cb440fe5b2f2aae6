"""Measures the mood service: encoding beside torch, whole readings, memory and start.

Texts are real sentences where the training data is, else written ones. Figures go into a table and
into one JSON file. Example: `python -m benchmarks.mood --only encoding`
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.captioner_figures import Figure, table, write

FIGURES = Path("build/figures/bench-mood.json")

GROUPS = ("encoding", "service")
"""Modules of this package, each with `measure(data) -> dict[str, float]`."""

TARGETS: dict[str, tuple[float | None, float | None]] = {
    "encoding_lowest_cosine": (0.99, None),
    "encoding_one_thread_one_ratio": (4.0, None),
    "encoding_two_threads_one_ratio": (4.0, None),
    "encoding_one_thread_batch_ratio": (3.0, None),
    "encoding_two_threads_batch_ratio": (3.0, None),
    "service_ready_seconds": (None, 4.0),
    "service_loaded_mib": (None, 350.0),
    "service_after_reading_mib": (None, 350.0),
}
"""What figures are to be at least, and at most."""

UNITS = {"ms": "ms", "ratio": "× faster", "seconds": "s", "mib": "MiB", "cosine": ""}
"""What the last word of a figure's name says of it."""

_console = Console(stderr=True, highlight=False)


def measured(groups: list[str], data: Path | None) -> list[Figure]:
    """Every group in turn."""
    found: list[Figure] = []
    for group in groups:
        _console.print(f"{group} …")
        # Only now: not every group needs every library, and threads are set before numpy comes.
        values: dict[str, float] = import_module(f"benchmarks.mood.{group}").measure(data)
        found += [_figure(f"{group}_{name}", value) for name, value in values.items()]
    return found


def _figure(name: str, value: float) -> Figure:
    at_least, at_most = TARGETS.get(name, (None, None))
    unit = UNITS.get(name.rsplit("_", 1)[-1], "")
    return Figure(name, value, unit, at_least=at_least, at_most=at_most)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mood",
        description=__doc__.splitlines()[0] if __doc__ else None,
        epilog="Example: python -m benchmarks.mood --only encoding",
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
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        found = measured(chosen.only, chosen.data)
    except KeyboardInterrupt:
        return 130
    figures = table(found)
    figures.title = "Mood, measured in one run"
    Console().print(figures)
    write(found, chosen.output)
    _console.print(f"The figures are in {chosen.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
