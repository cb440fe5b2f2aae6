"""Turns scores into probabilities that mean what they say (Platt 1999), with little data."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Platt:
    """Per column: calibrated logit = `scale` * logit + `shift`."""

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]

    def applied(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated logits, same shape."""
        return logits * self.scale + self.shift


def fitted(
    logits: NDArray[np.float32],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float32] | None = None,
    prior: float = 5.0,
) -> Platt:
    """Fits one scale and shift per column, drawn towards the ones shared by all columns.

    Args:
        logits: Held-out scores, (photos, columns).
        truth: What is so, same shape.
        weights: Weight of every entry, same shape; 0 leaves it out.
        prior: How strongly a column is drawn to the shared values; a rare word has no more to say.
    """
    x, y = torch.from_numpy(logits).double(), torch.from_numpy(truth).double()
    w = torch.ones_like(x) if weights is None else torch.from_numpy(weights).double()
    columns = x.shape[1]
    shared = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    own = torch.zeros(2, columns, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([shared, own], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scale = torch.exp(shared[0] + own[0])
        each = functional.binary_cross_entropy_with_logits(
            x * scale + shared[1] + own[1], y, weight=w
        )
        total = each * x.numel() + prior * own.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        scale = torch.exp(shared[0] + own[0]).float().numpy()
        shift = (shared[1] + own[1]).float().numpy()
    return Platt(scale=scale, shift=shift)


def expected_error(
    probabilities: NDArray[np.float32], truth: NDArray[np.bool_] | NDArray[np.float64]
) -> float:
    """Expected calibration error over ten equal bins of probability, all columns together.

    `truth` is what is so, or, where it may be so in part, to what share.
    """
    bins = np.minimum((probabilities * 10).astype(int), 9).ravel()
    gaps = (probabilities - truth).ravel()
    return float(sum(abs(gaps[bins == b].sum()) for b in range(10)) / gaps.size)
