"""How a training goes: its numbers, and the paces that follow from them."""

import math
from dataclasses import dataclass
from typing import Literal

Goal = Literal["macro", "micro"]
Weighting = Literal["none", "balanced"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is chosen before a training begins, and may not change while it goes on.

    `batch` texts are computed together, and `accumulate` such batches make one step. The rate
    rises for `warm_up` of all steps and falls to 0 at the end of `epochs`; training stops earlier
    when `goal` (F1 on the texts chosen by) has not risen for `patience` epochs. `weighting`
    `balanced` lets rare labels count more, at most `MOST_WEIGHT` times.
    """

    seed: int = 0
    epochs: int = 5
    batch: int = 16
    accumulate: int = 1
    rate: float = 3e-5
    decay: float = 0.01
    warm_up: float = 0.1
    patience: int = 2
    goal: Goal = "macro"
    weighting: Weighting = "none"
    max_tokens: int = 128
    choose_share: float = 0.1
    report_share: float = 0.1


MOST_WEIGHT = 20.0
"""The most that a true label of a rare kind counts against a false one."""


def steps_per_epoch(texts: int, plan: Plan) -> int:
    """Steps of one epoch; the last may have fewer texts."""
    return math.ceil(texts / (plan.batch * plan.accumulate))


def rate_at(step: int, per_epoch: int, plan: Plan) -> float:
    """The learning rate of a step, from 0 on: up in a line, then down in a line."""
    whole = per_epoch * plan.epochs
    rise = max(1, round(whole * plan.warm_up))
    if step < rise:
        return plan.rate * (step + 1) / rise
    return plan.rate * (whole - step) / max(1, whole - rise)
