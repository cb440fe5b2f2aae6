"""Fits the heads that read Korean from its rendering and from the network together.

Each head is fitted on the rendering's vectors; how much it and the network's own head count is
decided, label by label, on rows that neither has seen. A sum of two linear heads is one linear
head, and such is what the service gets.
"""

from collections.abc import Sequence

import numpy as np

from training.mood.fitting import Floats, folds, logistic, ridge

Head = tuple[Floats, Floats]
"""Weights (outputs, inputs) and bias (outputs,)."""

MIXING_PENALTY = 1e-3
KOTE_PENALTIES = (3e-5, 1e-4, 3e-4, 1e-3)
CUTS = np.linspace(0.04, 0.6, 57, dtype=np.float32)


def scores(head: Head, inputs: Floats) -> Floats:
    """What a head says, (rows, outputs)."""
    return np.asarray(inputs @ head[0].T + head[1])


def mixed(rendered: Head, network: Head, seen: Sequence[Floats], targets: Floats) -> Head:
    """One head on [rendering, network] that gives calibrated logits.

    `seen` holds what both heads say of rows that they did not learn from, and `targets` what is
    true of these.
    """
    weights, bias = [], []
    for label in range(targets.shape[1]):
        pair = np.stack([each[:, label] for each in seen], axis=1)
        weight, offset = logistic(pair, targets[:, [label]], MIXING_PENALTY)
        weights.append(weight[0])
        bias.append(offset[0])
    return summed(rendered, network, np.array(weights), np.array(bias))


def mixed_affect(rendered: Head, network: Head, seen: Sequence[Floats], targets: Floats) -> Head:
    """The same for valence, arousal and dominance, by least squares."""
    weights, bias = [], []
    for axis in range(targets.shape[1]):
        pair = np.stack([each[:, axis] for each in seen], axis=1)
        told = np.isfinite(targets[:, axis])
        weight, offset = ridge(pair[told], targets[told][:, [axis]], 1.0)
        weights.append(weight[0])
        bias.append(offset[0])
    return summed(rendered, network, np.array(weights), np.array(bias))


def summed(rendered: Head, network: Head, weights: Floats, bias: Floats) -> Head:
    """Two heads as one on both inputs side by side; `weights` (outputs, 2) and `bias` mix them."""
    first, second = weights[:, [0]], weights[:, [1]]
    weight = np.hstack([first * rendered[0], second * network[0]])
    offset = weights[:, 0] * rendered[1] + weights[:, 1] * network[1] + bias
    return weight.astype(np.float32), offset.astype(np.float32)


def ridge_where_known(inputs: Floats, targets: Floats, penalty: float) -> Head:
    """Least squares for each output on the rows where it is known (not NaN)."""
    fits = []
    for axis in range(targets.shape[1]):
        known = np.isfinite(targets[:, axis])
        fits.append(ridge(inputs[known], targets[known][:, [axis]], penalty))
    return np.vstack([weight for weight, _ in fits]), np.concatenate([bias for _, bias in fits])


def unseen_affect(inputs: Floats, targets: Floats, penalty: float) -> Floats:
    """Valence, arousal and dominance of every row by a head fitted on the other folds."""
    found = np.zeros_like(targets)
    for learn, held in folds(len(inputs)):
        head = ridge_where_known(inputs[learn], targets[learn], penalty)
        found[held] = scores(head, inputs[held])
    return found


def best_logits(inputs: Floats, targets: Floats) -> tuple[float, Floats]:
    """The penalty that does best on the folds, and the logits of rows not learned from."""
    tried = {penalty: unseen_logits(inputs, targets, penalty) for penalty in KOTE_PENALTIES}

    def loss(penalty: float) -> float:
        logits = tried[penalty]
        return float(np.mean(np.logaddexp(0, logits) - targets * logits))

    best = min(tried, key=loss)
    print(f"kote: penalty {best}, loss {loss(best):.4f}", flush=True)
    return best, tried[best]


def mixed_unseen(seen: Sequence[Floats], targets: Floats) -> Floats:
    """Mixed logits for every row, the mixture fitted on the other folds."""
    found = np.zeros_like(targets)
    for learn, held in folds(len(targets)):
        for label in range(targets.shape[1]):
            pair = np.stack([each[:, label] for each in seen], axis=1)
            head = logistic(pair[learn], targets[learn][:, [label]], MIXING_PENALTY)
            found[held, label] = scores(head, pair[held])[:, 0]
    return found


def unseen_logits(inputs: Floats, targets: Floats, penalty: float) -> Floats:
    """Logits for every row by a head fitted on the other folds."""
    found = np.zeros_like(targets)
    for learn, held in folds(len(inputs)):
        found[held] = scores(logistic(inputs[learn], targets[learn], penalty), inputs[held])
    return found


def cuts(probabilities: Floats, targets: Floats) -> Floats:
    """The cut of each label with the best F1 over the folds' mean; (labels,).

    The mean over folds keeps rare labels from a cut that suits a few rows by chance.
    """
    parts = [held for _, held in folds(len(targets))]
    curves = np.zeros((len(CUTS), targets.shape[1]))
    for part in parts:
        truth = targets[part] > 0
        for row, cut in enumerate(CUTS):
            said = probabilities[part] >= cut
            hits = (said & truth).sum(axis=0)
            curves[row] += 2 * hits / np.maximum(1, said.sum(axis=0) + truth.sum(axis=0))
    smooth = np.apply_along_axis(lambda line: np.convolve(line, np.ones(3) / 3, "same"), 0, curves)
    return np.asarray(CUTS[smooth.argmax(axis=0)])
