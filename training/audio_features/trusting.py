"""Whether confidences mean what they say, and what felt emotions are worth as moods."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.feeling import meaning_of
from services.audio_features.domain import Floats
from training.audio_features.fitting import Labels, Numbers, agreements
from training.audio_features.validation import HeldOut, correlations

GROUPS = 5
"""Clips are put into groups of this many sizes of confidence, equally many clips in each."""


def found_agreement(run: HeldOut, labels: Labels) -> Floats:
    """How far each clip's predicted profile agrees with its listeners', from -1 to 1.

    A profile is how far nine shares lie beyond the usual ones, in their standard deviations; the
    cosine of two of them is their correlation about the usual.
    """
    actual = (labels.shares - run.usual) / run.deviation
    return agreements((run.shares - run.usual) / run.deviation, actual)


def reliability(run: HeldOut, labels: Labels) -> Numbers:
    """Mean confidence and mean agreement of each group, the least confident first: (groups, 2)."""
    return _grouped(run.confidences, found_agreement(run, labels))


def _grouped(expected: Floats, found: Floats) -> Numbers:
    order = np.array_split(np.argsort(expected, kind="stable"), GROUPS)
    return np.array([[expected[each].mean(), found[each].mean()] for each in order], np.float64)


def trust_figures(runs: Sequence[HeldOut], labels: Labels) -> dict[str, float]:
    """How far confidences miss the agreement found, group by group, and whether they order it.

    `genre_calibration_error` is the same of the most probable genre (Naeini et al., AAAI 2015,
    with groups of equal size).
    """
    rows = [reliability(run, labels) for run in runs]
    genre_rows = [
        _grouped(run.genres.max(axis=1), (run.genres.argmax(axis=1) == labels.genres) * 1.0)
        for run in runs
    ]
    ordered = [np.corrcoef(run.confidences, found_agreement(run, labels))[0, 1] for run in runs]
    return {
        "confidence_error": _error(rows),
        "confidence_agreement_r": float(np.mean(ordered)),
        "agreement_least_confident_fifth": float(np.mean([each[0, 1] for each in rows])),
        "agreement_most_confident_fifth": float(np.mean([each[-1, 1] for each in rows])),
        "genre_calibration_error": _error(genre_rows),
    }


def _error(rows: Sequence[Numbers]) -> float:
    return float(np.mean([np.abs(each[:, 0] - each[:, 1]).mean() for each in rows]))


def meaning_figures(runs: Sequence[HeldOut], labels: Labels) -> dict[str, float]:
    """Pearson's r of valence, arousal and moods with what the listeners' own shares mean.

    Moods that GEMS has no word for never change and are left out of the mean. Halves are those
    of higher and of lower confidence.
    """
    rows = [_correlations(run, labels, np.arange(len(labels.shares))) for run in runs]
    halves = [np.array_split(np.argsort(run.confidences), 2) for run in runs]
    parts = zip(("unsure_half", "sure_half"), zip(*halves, strict=True), strict=True)
    results = _named(rows, "")
    for name, chosen in parts:
        pairs = zip(runs, chosen, strict=True)
        results |= _named([_correlations(run, labels, half) for run, half in pairs], f"_{name}")
    return results


def _correlations(run: HeldOut, labels: Labels, chosen: NDArray[np.intp]) -> Numbers:
    predicted, actual = (
        np.array(
            [
                (meaning.valence, meaning.arousal, *meaning.moods)
                for meaning in map(meaning_of, shares[chosen], run.usual[chosen])
            ]
        )
        for shares in (run.shares, labels.shares)
    )
    r = correlations(predicted, actual)
    varying = actual[:, 2:].std(axis=0) > 1e-6
    return np.array([r[0], r[1], r[2:][varying].mean()])


def _named(rows: Sequence[Numbers], ending: str) -> dict[str, float]:
    means = np.mean(rows, axis=0)
    names = ("valence_r", "arousal_r", "moods_r")
    return {f"{name}{ending}": float(r) for name, r in zip(names, means, strict=True)}
