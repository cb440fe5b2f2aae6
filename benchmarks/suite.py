"""A benchmark of several groups of figures: the command, the table and the file of figures."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.captioner_figures import Figure, table, write

_console = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class Suite:
    """A package of modules, each with `measure(data) -> dict[str, float]`.

    `name` is the package under `benchmarks`; `targets` are what figures are to be at least and at
    most; `units` is what the last word of a figure's name says of it; `variables` are set in the
    environment where they are not yet, before any group is imported.
    """

    name: str
    title: str
    about: str
    groups: tuple[str, ...]
    targets: Mapping[str, tuple[float | None, float | None]]
    units: Mapping[str, str]
    variables: Mapping[str, str]

    @property
    def figures(self) -> Path:
        """Where the figures go by default."""
        return Path(f"build/figures/bench-{self.name}.json")

    def run(self) -> int:
        """Runs the command; returns the exit code, which is 0 also where a target is missed."""
        chosen = self._arguments()
        for variable, value in self.variables.items():
            os.environ.setdefault(variable, value)
        try:
            found = self._measured(chosen.only, chosen.data)
        except KeyboardInterrupt:
            return 130
        figures = table(found)
        figures.title = f"{self.title}, measured in one run"
        Console().print(figures)
        write(found, chosen.output)
        _console.print(f"The figures are in {chosen.output}")
        return 0

    def _measured(self, groups: list[str], data: Path | None) -> list[Figure]:
        """Every group in turn."""
        found: list[Figure] = []
        for group in groups:
            _console.print(f"{group} …")
            # Only now: not every group needs every library, and threads are set before numpy comes.
            module = import_module(f"benchmarks.{self.name}.{group}")
            values: dict[str, float] = module.measure(data)
            found += [self._figure(f"{group}_{name}", value) for name, value in values.items()]
        return found

    def _figure(self, name: str, value: float) -> Figure:
        at_least, at_most = self.targets.get(name, (None, None))
        unit = self.units.get(name.rsplit("_", 1)[-1], "")
        return Figure(name, value, unit, at_least=at_least, at_most=at_most)

    def _arguments(self) -> argparse.Namespace:
        parser = argparse.ArgumentParser(
            prog=f"python -m benchmarks.{self.name}",
            description=self.about,
            epilog=f"Example: python -m benchmarks.{self.name} --only {self.groups[0]}",
        )
        everything = ",".join(self.groups)
        parser.add_argument("--only", type=self._known, default=everything, help=f"of {everything}")
        parser.add_argument("--data", type=Path, help="the training data ($VTS_TRAINING_DATA)")
        parser.add_argument(
            "--output", type=Path, default=self.figures, help=f"the figures ({self.figures})"
        )
        return parser.parse_args()

    def _known(self, text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in self.groups]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: no such group")
        return names
