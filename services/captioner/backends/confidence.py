"""How likely it is that what a sentence says is there, from how surely it was written.

It is the probability that one thing it claims, drawn at random, is said by one of five people who
described the photo, too: who is there, what they do, with what, where, and how it looks. Words of
the lexicon that mean the same count as one; clothes, seldom mentioned, are left out.
"""

from collections.abc import Mapping, Sequence
from math import exp, log

import numpy as np

from services.captioner.backends.beams import Written

_LEAST = 1e-4


def evidence(
    written: Written, rivals: Sequence[Written], tags: Sequence[str], scores: Mapping[str, float]
) -> list[float]:
    """What the probability is computed from.

    Args:
        written: The sentence.
        rivals: All sentences written about the photo, it included.
        tags: What the sentence says, as tags; those without a score are left out.
        scores: Probability of every tag.

    Returns:
        1; the mean, the least and the sum of the words' log-probabilities; the sentence's share
        among its rivals; the mean, the least and the sum of its tags' log-probabilities.
    """
    words = written.log_probabilities
    seen = [log(max(scores[tag], _LEAST)) for tag in tags if tag in scores] or [0.0]
    total = sum(exp(sum(rival.log_probabilities)) for rival in rivals)
    share = exp(sum(words)) / total if total > 0.0 else 1.0
    of_words = (sum(words) / len(words), min(words), sum(words) / 10)
    return [1.0, *of_words, share, sum(seen) / len(seen), min(seen), sum(seen) / 5]


def probability(weights: Sequence[float], features: Sequence[float]) -> float:
    """The calibrated probability, from 0 to 1."""
    logit = float(np.clip(np.dot(weights, features), -30.0, 30.0))
    return 1.0 / (1.0 + exp(-logit))
