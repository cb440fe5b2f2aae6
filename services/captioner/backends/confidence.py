"""How likely it is that what a sentence says is there, from how surely it was written.

It is the probability that one thing it claims, drawn at random, is said by one of five people who
described the photo, too: who is there, what they do, with what, where, and how it looks. Words of
the lexicon that mean the same count as one; clothes, seldom mentioned, are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log

import numpy as np

from services.captioner.backends.beams import Written
from services.captioner.lexicon import lexicon

FEATURES = 11
"""How many numbers a sentence's evidence has."""

_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Seen:
    """Probabilities of words: `tags` by the tag head, `elsewhere` by scenes and objects."""

    tags: Mapping[str, float]
    elsewhere: Mapping[str, float]


def evidence(
    written: Written, rivals: Sequence[Written], claimed: Sequence[str], seen: Seen
) -> list[float]:
    """What the probability is computed from.

    Args:
        written: The sentence.
        rivals: All sentences written about the photo, it included.
        claimed: The tags that the sentence says.
        seen: What else is seen in the photo.

    Returns:
        1; the mean, the least and the sum of the words' log-probabilities; the sentence's share
        among its rivals; the mean, the least and the sum of its tags' log-probabilities; whether
        it speaks of people, and then how likely people are in all; and the most likely scene or
        object of which it does not speak, which a network that knows few kinds of photos may have
        overlooked.
    """
    words = written.log_probabilities
    known = [log(max(seen.tags[tag], _LEAST)) for tag in claimed if tag in seen.tags] or [0.0]
    total = sum(exp(sum(rival.log_probabilities)) for rival in rivals)
    share = exp(sum(words)) / total if total > 0.0 else 1.0
    of_words = (sum(words) / len(words), min(words), sum(words) / 10)
    of_tags = (sum(known) / len(known), min(known), sum(known) / 5)
    people = _people()
    speaks = not people.isdisjoint(claimed)
    likely = log(sum(seen.tags.get(tag, 0.0) for tag in people) + 0.05) if speaks else 0.0
    missed = max((p for tag, p in seen.elsewhere.items() if tag not in claimed), default=0.0)
    return [1.0, *of_words, share, *of_tags, float(speaks), likely, missed]


@cache
def _people() -> frozenset[str]:
    kinds = ("person", "people")
    return frozenset(tag for tag, who in lexicon().subjects.items() if who.kind in kinds)


def probability(weights: Sequence[float], features: Sequence[float]) -> float:
    """The calibrated probability, from 0 to 1."""
    logit = float(np.clip(np.dot(weights, features), -30.0, 30.0))
    return 1.0 / (1.0 + exp(-logit))
