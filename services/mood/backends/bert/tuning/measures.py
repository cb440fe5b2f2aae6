"""How good a classifier's answers are: precision, recall, F1, thresholds, calibration."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.backends.bert.profile import EVEN

Floats = npt.NDArray[np.floating]
Truth = npt.NDArray[np.bool_]

_CANDIDATES = np.linspace(0.02, 0.98, 49)
_TEMPERATURES = np.geomspace(0.2, 8.0, 121)
_BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Precision, recall and F1 of each label (shape (labels,)), and all together; 0 where unsaid.

    `macro` is the mean of F1 over labels that are true of any text.
    """

    precision: Floats
    recall: Floats
    f1: Floats
    support: npt.NDArray[np.intp]
    micro: float
    macro: float


def scores(said: Truth, truth: Truth) -> Scores:
    """Measures what was said against what is true, both of shape (texts, labels)."""
    hits, claims, support = (said & truth).sum(0), said.sum(0), truth.sum(0)
    f1 = _share(2 * hits, claims + support)
    return Scores(
        precision=_share(hits, claims),
        recall=_share(hits, support),
        f1=f1,
        support=support,
        micro=float(_share(2 * hits.sum(), claims.sum() + support.sum())),
        macro=float(f1[support > 0].mean()) if support.any() else 0.0,
    )


def thresholds(probabilities: Floats, truth: Truth) -> Floats:
    """The probability of each label from which on saying it gives the best F1, shape (labels,).

    A label that is true of no text keeps an even chance. Of thresholds that are as good, the one
    in the middle is taken: a few texts more would not move it far.
    """
    found = np.full(truth.shape[1], EVEN)
    for label in np.flatnonzero(truth.any(0)):
        said = probabilities[:, label, None] >= _CANDIDATES
        true = truth[:, label, None]
        f1 = _share(2 * (said & true).sum(0), said.sum(0) + true.sum(0))
        best = np.flatnonzero(f1 >= f1.max() - 1e-12)
        found[label] = _CANDIDATES[best[len(best) // 2]]
    return found


def temperature(logits: Floats, truth: Truth) -> float:
    """The divisor of all logits under which the truth is likeliest (Guo et al., ICML 2017)."""
    losses = [cross_entropy(logits / each, truth) for each in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def confusion(said: Truth, truth: Truth) -> Floats:
    """Of the texts with a label (rows), the share that also got another one, wrongly (columns).

    The diagonal is recall: the share that got the label itself. Shape (labels, labels).
    """
    wrong = said & ~truth
    counts = truth.T.astype(np.float64) @ wrong.astype(np.float64)
    np.fill_diagonal(counts, (said & truth).sum(0))
    return _share(counts, truth.sum(0)[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How probabilities and truth agree: means by bin, texts in each, and the expected error."""

    said: Floats
    true: Floats
    counts: npt.NDArray[np.intp]
    error: float


def calibration(probabilities: Floats, truth: Truth) -> Calibration:
    """Compares probabilities (any shape) to what is true, in ten bins of equal width."""
    flat, true = probabilities.ravel(), truth.ravel()
    bins = np.minimum((flat * _BINS).astype(np.intp), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    said = _share(np.bincount(bins, flat, _BINS), counts)
    found = _share(np.bincount(bins, true, _BINS), counts)
    error = float((counts / max(1, counts.sum()) * np.abs(said - found)).sum())
    return Calibration(said, found, counts, error)


def surest(probabilities: Floats, truth: Truth) -> tuple[Floats, Truth]:
    """Each text's likeliest label: its probability, and whether it is true."""
    rows, best = np.arange(len(truth)), probabilities.argmax(1)
    return probabilities[rows, best], truth[rows, best]


def cross_entropy(logits: Floats, truth: Truth) -> float:
    """Mean binary cross-entropy of logits, without overflow."""
    return float((np.logaddexp(0.0, logits) - logits * truth).mean())


def _share(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """The quotient, 0 where there is nothing to divide by."""
    above, below = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.asarray(np.divide(above, below, out=np.zeros_like(above), where=below > 0))
