"""Linear fits with closed or convex solutions: ridge, logistic with soft targets, calibration."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float32]
SEED = 20


def ridge(features: Floats, targets: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Least squares with an L2 penalty; weights (outputs, inputs) and bias (outputs,)."""
    middle, mean = features.mean(axis=0), targets.mean(axis=0)
    centred = (features - middle).astype(np.float64)
    gram = centred.T @ centred + penalty * np.eye(centred.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (targets - mean)).T
    return weights.astype(np.float32), (mean - weights @ middle).astype(np.float32)


def logistic(
    features: Floats, targets: Floats, penalty: float, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Independent logistic regressions for targets in [0, 1]; weights (outputs, inputs) and bias.

    `weights` weighs the rows. The penalty is on the mean loss of a row, not on the sum.
    """
    inputs, outputs = features.shape[1], targets.shape[1]
    share = np.ones(len(features)) if weights is None else weights
    share = (share / share.sum())[:, None].astype(np.float32)
    rates = np.clip((share * targets).sum(axis=0), 1e-4, 1 - 1e-4)
    start = np.zeros((inputs + 1, outputs))
    start[-1] = np.log(rates / (1 - rates))

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        table = flat.reshape(inputs + 1, outputs)
        scores = features @ table[:-1].astype(np.float32) + table[-1].astype(np.float32)
        entropy = np.logaddexp(0, scores) - targets * scores
        error = share * (sigmoid(scores) - targets)
        slope = np.vstack([features.T @ error + 2 * penalty * table[:-1], error.sum(axis=0)])
        value = float((share * entropy).sum() + penalty * (table[:-1] ** 2).sum())
        return value, slope.ravel().astype(np.float64)

    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    table = found.x.reshape(inputs + 1, outputs).astype(np.float32)
    return np.ascontiguousarray(table[:-1].T), table[-1]


def platt(scores: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Slope and offset per output that make held-out scores probabilities (Platt 1999)."""
    fits = [logistic(scores[:, [i]], targets[:, [i]], 1e-6) for i in range(scores.shape[1])]
    return np.array([w[0, 0] for w, _ in fits]), np.array([b[0] for _, b in fits])


def sigmoid(scores: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)))


def correlation(left: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Pearson's r of two lists of numbers."""
    return float(np.corrcoef(np.asarray(left), np.asarray(right))[0, 1])


def folds(count: int, number: int = 5) -> Iterator[tuple[npt.NDArray[np.int64], ...]]:
    """Splits rows into (learn, hold out) pairs, seeded."""
    order = np.random.default_rng(SEED).permutation(count)
    for part in np.array_split(order, number):
        yield np.setdiff1d(order, part), part
