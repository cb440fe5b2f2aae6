"""Matrices as eight-bit integers, right on every processor and near the original everywhere.

Inputs are quantised with fixed scales, taken from how far each channel reaches on real texts, so
that a text has the same vector whatever it is computed with. Three things keep the products near:
channels are evened out against the weights (SmoothQuant, Xiao et al., ICML 2023), the few that
reach furthest stay floats (LLM.int8(), Dettmers et al., NeurIPS 2022), and every output channel
has its own scale.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.domain import Vectors

SMOOTHING = 0.8
"""How much of the unevenness goes from the inputs into the weights, in [0, 1]."""
MARGIN = 1.1
"""How much further than on the texts they were measured on inputs may reach."""
LOWEST_GELU = 0.17
"""GELU is above minus this everywhere."""

Integers = npt.NDArray[np.int8] | npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A matrix (inputs, outputs) as integers: it is (`values` - `zero`) * `scales`.

    `zero`, the integer that stands for 0, has no dimensions.
    """

    values: Integers
    zero: Integers
    scales: Vectors


@dataclass(frozen=True, slots=True)
class Steps:
    """How inputs become integers: `value / scale + zero`, rounded, in 0 to 255."""

    scale: float
    zero: int


def columns(weight: Vectors, *, signed: bool) -> Columns:
    """Rounds a matrix (inputs, outputs), each output channel to 255 steps.

    Without the instructions for it (VNNI), x86 adds pairs of products of unsigned inputs and
    signed weights in 16 bits, where they overflow; unsigned weights go another way, exactly.
    """
    scales = np.maximum(np.abs(weight).max(axis=0) / 127.0, np.finfo(np.float32).tiny)
    values = np.rint(weight / scales).astype(np.int8)
    if not signed:
        shifted = (values.astype(np.int16) + 128).astype(np.uint8)
        return Columns(shifted, np.array(128, dtype=np.uint8), scales)
    return Columns(values, np.array(0, dtype=np.int8), scales)


def even(reach: Vectors, weight: Vectors) -> Vectors:
    """What to divide each input channel by, and multiply its weights with; shape (inputs,)."""
    largest = np.abs(weight).max(axis=1)
    return np.asarray(reach**SMOOTHING / np.maximum(largest, 1e-3) ** (1.0 - SMOOTHING))


def around_zero(reach: Vectors) -> Steps:
    """Steps for inputs that reach as far below 0 as above."""
    return Steps(float(reach.max()) * MARGIN / 127.0, 128)


def above_gelu(reach: Vectors) -> Steps:
    """Steps for what GELU gives."""
    scale = (float(reach.max()) * MARGIN + LOWEST_GELU) / 255.0
    return Steps(scale, round(LOWEST_GELU / scale))


def furthest(reach: Vectors, count: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The `count` channels that reach furthest, and the others, each in order."""
    order = np.argsort(-reach, kind="stable")
    return np.sort(order[:count]), np.sort(order[count:])


@cache
def multiplies_signed() -> bool:
    """Whether this processor is known to multiply signed bytes exactly (VNNI)."""
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_vnni" in facts or "avx_vnni" in facts
