"""TextRank (Mihalcea and Tarau 2004): a word matters if words that matter stand near it.

A sentence matters if sentences that matter mean alike (as LexRank of Erkan and Radev 2004, but
with the cosine of sentence vectors, which compares Korean with English too).
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

WINDOW = 6
"""Words less than this many places apart are near."""
DAMPING = 0.5
"""How often the walker follows an edge; the paper's 0.85 ranks short sentences worse.

Both chosen on captions of Flickr8k's training photos.
"""
MOST_ROUNDS = 60
CONVERGED = 1e-6

Key = tuple[str, str]
Line = Sequence[tuple[int, Key]]
"""The words of a sentence that may be keywords, each with its place among all its words."""


def ranked(lines: Sequence[Line], weights: Sequence[float]) -> dict[Key, float]:
    """The share of each word, all summing to 1, in the order they were first said.

    A jump that follows no edge lands on a word as often as the sentences say it by their weight.
    """
    said: defaultdict[Key, float] = defaultdict(float)
    edges: defaultdict[tuple[Key, Key], float] = defaultdict(float)
    for line, weight in zip(lines, weights, strict=True):
        for index, (place, word) in enumerate(line):
            said[word] += weight
            for other_place, other in line[index + 1 :]:
                if other_place - place >= WINDOW:
                    break
                if other != word:
                    edges[word, other] += weight
                    edges[other, word] += weight
    if not said:
        return {}
    numbers = {word: number for number, word in enumerate(said)}
    prior = np.array(list(said.values()), dtype=np.float64)
    ranks = _walked(
        np.array([numbers[word] for word, _ in edges], dtype=np.intp),
        np.array([numbers[word] for _, word in edges], dtype=np.intp),
        np.array(list(edges.values()), dtype=np.float64),
        prior / prior.sum(),
    )
    return dict(zip(said, ranks.tolist(), strict=True))


def central(vectors: Floats | npt.NDArray[np.float32], weights: Floats) -> Floats:
    """The share of each sentence, shape (sentences,), summing to 1; `vectors` have length 1.

    Sentences that mean nothing alike (cosine at most 0) are not linked. A jump that follows no
    edge lands on a sentence as often as it weighs.
    """
    alike = np.clip(np.asarray(vectors, dtype=np.float64) @ vectors.T, 0.0, None)
    np.fill_diagonal(alike, 0.0)
    source, target = np.nonzero(alike)
    edges = alike[source, target] * weights[target]
    return _walked(source, target, edges, weights / weights.sum())


def _walked(source: Numbers, target: Numbers, weight: Floats, prior: Floats) -> Floats:
    """Where a walker along weighted edges is found, who jumps now and then and from dead ends."""
    count = len(prior)
    leaving = np.bincount(source, weights=weight, minlength=count)
    dead = leaving == 0
    share = weight / leaving[source] if len(source) else weight
    ranks = prior
    for _ in range(MOST_ROUNDS):
        walked = np.bincount(target, weights=ranks[source] * share, minlength=count)
        moved = (1.0 - DAMPING) * prior + DAMPING * (walked + prior * ranks[dead].sum())
        done = np.abs(moved - ranks).sum() < CONVERGED
        ranks = moved
        if done:
            break
    return ranks
