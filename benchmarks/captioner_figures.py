"""What the captioner's benchmarks found: figures with their targets, a table and a JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its unit, and how small or large it is meant to be, if anything."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None

    @property
    def target(self) -> str:
        """The target, as a table has it."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""


def in_turn(sides: Sequence[Callable[[], object]], repetitions: int) -> list[list[float]]:
    """Seconds of every side, asked in turn so that a busy machine slows all alike; warmed up."""
    seconds: list[list[float]] = [[] for _ in sides]
    for side in sides:
        side()
    for _ in range(repetitions):
        for taken, side in zip(seconds, sides, strict=True):
            began = perf_counter()
            side()
            taken.append(perf_counter() - began)
    return seconds


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """How many times as long the first side takes, by the medians."""
    return median(slow) / median(fast)


def table(figures: Sequence[Figure]) -> Table:
    """One line for each figure."""
    result = Table(title="The captioner, measured in one run")
    result.add_column("figure", no_wrap=True)
    for header in ("value", "unit", "target", ""):
        result.add_column(header, justify="right" if header == "value" else "left")
    marks = {True: Text("holds", "green"), False: Text("misses", "red"), None: Text("")}
    for each in figures:
        row = (each.name, f"{each.value:,.2f}", each.unit, each.target, marks[each.holds])
        result.add_row(*row)
    return result


def write(figures: Sequence[Figure], path: Path) -> None:
    """Writes the values as one flat JSON object; other figures in the file are kept.

    So sections that were measured one after the other come to one file.
    """
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = known | {each.name: round(each.value, 3) for each in figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
