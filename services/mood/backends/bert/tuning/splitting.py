"""Divides texts into those to learn from, to choose by and to report on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.backends.bert.tuning.examples import BadDataError

Rows = npt.NDArray[np.intp]

LEAST_TEXTS = 10
"""Fewer different texts than these cannot be divided."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows by their use; no text is in two of them, however often it was given."""

    learn: Rows
    choose: Rows
    report: Rows


def divided(texts: Sequence[str], seed: int, choose_share: float, report_share: float) -> Parts:
    """Divides by a digest of each text and the seed, whatever the order of the rows.

    Raises:
        BadDataError: There are too few different texts.
    """
    spoken = [" ".join(text.split()).lower() for text in texts]
    order = sorted(set(spoken), key=lambda text: _digest(text, seed))
    if len(order) < LEAST_TEXTS:
        raise BadDataError(f"there are {len(order)} different texts; {LEAST_TEXTS} are needed")
    chosen = max(1, round(len(order) * choose_share))
    reported = max(1, round(len(order) * report_share))
    choose = set(order[:chosen])
    report = set(order[chosen : chosen + reported])
    rows: dict[str, list[int]] = {"learn": [], "choose": [], "report": []}
    for row, text in enumerate(spoken):
        rows["choose" if text in choose else "report" if text in report else "learn"].append(row)
    return Parts(**{name: np.array(own, dtype=np.intp) for name, own in rows.items()})


def _digest(text: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\n{text}".encode()).digest()
