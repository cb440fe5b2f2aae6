"""What the measured seconds come to: percentiles, ratios, a table and a flat JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.request_kinds import Kind


class DifferentAnswersError(Exception):
    """The two sides did not recommend the same songs, so their times do not compare."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long a kind of request took, in seconds, once per repetition on either side."""

    kind: Kind
    rest: list[float] = field(default_factory=list)
    models: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median through REST over the median of the model calls."""
        return percentile(self.rest, 0.5) / percentile(self.models, 0.5)

    @property
    def overhead_ms(self) -> float:
        """The medians' difference, in milliseconds: what is not a model's work.

        Below 0 where the gateway asks several services at the same time and gains more by it.
        """
        return 1000 * (percentile(self.rest, 0.5) - percentile(self.models, 0.5))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, interpolated between the two nearest.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("there is no percentile of nothing")
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    below, above = math.floor(place), math.ceil(place)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])


def figures(timings: Iterable[Timings]) -> dict[str, float]:
    """Every figure by its name, such as `photo_rest_p50_ms`; ratios have no unit."""
    flat: dict[str, float] = {}
    for each in timings:
        name = each.kind.name
        for side, seconds in (("rest", each.rest), ("models", each.models)):
            for percent in (50, 95):
                figure = 1000 * percentile(seconds, percent / 100)
                flat[f"{name}_{side}_p{percent}_ms"] = round(figure, 2)
        flat[f"{name}_ratio"] = round(each.ratio, 3)
        flat[f"{name}_overhead_ms"] = round(each.overhead_ms, 2)
        flat[f"{name}_repetitions"] = len(each.rest)
    return flat


def write(found: dict[str, float], path: Path) -> None:
    """Writes the figures as one JSON object."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def table(timings: Sequence[Timings]) -> Table:
    """One line for each kind; times in milliseconds."""
    result = Table(
        title="Milliseconds through REST, beside the model calls in process",
        caption=f"{len(timings[0].rest)} repetitions in turn; ratio and overhead are of the p50",
    )
    result.add_column("kind", no_wrap=True)
    for header in ("REST p50", "p95", "models p50", "p95", "ratio", "overhead"):
        result.add_column(header, justify="right")
    for each in timings:
        sides = (each.rest, each.models)
        times = [1000 * percentile(side, share) for side in sides for share in (0.5, 0.95)]
        cells = [*(f"{time:.1f}" for time in times), f"{each.ratio:.2f}", f"{each.overhead_ms:.1f}"]
        result.add_row(each.kind.title, *cells)
    return result
