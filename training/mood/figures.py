"""Measured numbers with what they should be compared to, and the table they are shown in."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SEED = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number with what it should be compared to.

    `floor` is the same figure for the same answers in a random order, `against` says what the
    baseline is.
    """

    name: str
    model: float
    baseline: float
    floor: float
    against: str


def flat(figures: Iterable[Figure]) -> dict[str, float]:
    """Every figure by name, with `_baseline` and `_floor` beside it."""
    found: dict[str, float] = {}
    for figure in figures:
        found[figure.name] = round(figure.model, 4)
        found[f"{figure.name}_baseline"] = round(figure.baseline, 4)
        found[f"{figure.name}_floor"] = round(figure.floor, 4)
    return found


def table(found: dict[str, float]) -> str:
    """The figures as lines of text."""
    lines = [f"{'figure':36}{'model':>9}{'baseline':>10}{'floor':>9}"]
    for name, value in found.items():
        if not name.endswith(("_baseline", "_floor")):
            beside = found[f"{name}_baseline"], found[f"{name}_floor"]
            lines.append(f"{name:36}{value:9.3f}{beside[0]:10.3f}{beside[1]:9.3f}")
    return "\n".join(lines)


def shuffled(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The rows of values in a random order, seeded."""
    return np.random.default_rng(SEED).permutation(np.asarray(values, dtype=float))
