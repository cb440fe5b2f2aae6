"""How sure a match is: what the distances of a clip to all candidates say of each of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Certainty:
    """A logistic regression of "this is the very music" on a distance and its margin.

    The margin is by how much a match is nearer than the nearest other one, at most `most_margin`:
    beyond that, more says nothing. It is negative for all but the best.
    """

    intercept: float
    per_distance: float
    per_margin: float
    most_margin: float
    alone_distance: float
    """The distance of the runner-up that is assumed where there is only one candidate."""


CERTAINTY = Certainty(
    intercept=1.76, per_distance=-10.03, per_margin=14.92, most_margin=0.3, alone_distance=0.56
)
"""Fitted by `training.audio_features.evaluate_matching --fit` on clips of every second song.

The clips came through noise, rooms, other speeds and keys, a telephone, a codec and all of it. As
many were asked for in a catalogue without their song as in one with it.
"""


def likeness(distance: float) -> float:
    """How alike a clip and what it is matched with are, 0 to 1: the mean cosine of their frames."""
    return min(max(1.0 - distance, 0.0), 1.0)


def confidences(distances: Numbers, table: Certainty = CERTAINTY) -> Numbers:
    """The probability, for each distance in rising order, that it is of the very music."""
    if len(distances) == 0:
        return distances
    runner_up = distances[1] if len(distances) > 1 else table.alone_distance
    margins = distances[0] - distances
    margins[0] = runner_up - distances[0]
    weight = (
        table.intercept
        + table.per_distance * distances
        + table.per_margin * np.clip(margins, -table.most_margin, table.most_margin)
    )
    return np.asarray(1 / (1 + np.exp(-weight)))
