"""Beam search: from the scores of every next word to the likeliest sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

Step = Callable[[Numbers, Numbers], Floats]
"""Reads one more word of every line and scores what may follow.

Given the lines' last words, (photos, lines), and which earlier line each of them goes on from, of
the same shape, it returns log-probabilities shaped (photos, lines, words).
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to search: lines kept, words at most, and how strongly length is forgiven.

    A sentence is worth its log-probability divided by its number of words to the power `forgiven`.
    """

    beams: int = 3
    longest: int = 20
    forgiven: float = 0.7


@dataclass(frozen=True, slots=True)
class Written:
    """A finished sentence: its words' numbers, and the log-probability of each and of the end."""

    numbers: tuple[int, ...]
    log_probabilities: tuple[float, ...]

    def worth(self, forgiven: float) -> float:
        """What sentences are ranked by."""
        return float(sum(self.log_probabilities) / len(self.log_probabilities) ** forgiven)


@dataclass(slots=True)
class _Lines:
    """The unfinished lines of one photo, and its finished sentences."""

    open: list[Written]
    done: list[Written] = field(default_factory=list)


def search(
    step: Step,
    photos: int,
    plan: Plan,
    marks: tuple[int, int],
    prefix: Sequence[int] = (),
    once: frozenset[int] = frozenset(),
) -> list[list[Written]]:
    """Finds sentences for every photo, best first; there is always one.

    Args:
        step: The network.
        photos: How many photos it looks at.
        plan: How to search.
        marks: Numbers of the start and of the end.
        prefix: Words every sentence begins with.
        once: Words that a sentence may say once only; no word at all follows itself.
    """
    start, end = marks
    scores = _begun(step, photos, (start, *prefix))
    begun = Written(tuple(prefix), (0.0,) * len(prefix))
    states = [_Lines([begun]) for _ in range(photos)]
    for _ in range(len(prefix), plan.longest):
        for row, state in enumerate(states):
            _forbid_echo(scores[row], state.open, once)
        chosen = [_grown(state, scores[row], end, plan) for row, state in enumerate(states)]
        if all(_settled(state, plan) for state in states):
            break
        last, origin = (np.array([pair[side] for pair in chosen]) for side in (0, 1))
        scores = step(last, origin)
    return [_ranked(state, plan) for state in states]


def _begun(step: Step, photos: int, words: Sequence[int]) -> Floats:
    origin = np.zeros((photos, 1), dtype=np.int64)
    for word in words:
        scores = step(np.full((photos, 1), word, dtype=np.int64), origin)
    return scores


def _grown(state: _Lines, scores: Floats, end: int, plan: Plan) -> tuple[list[int], list[int]]:
    """Lets the best lines grow by a word; their last words, and the lines they grew from."""
    sums = np.array([[sum(line.log_probabilities)] for line in state.open], dtype=np.float32)
    lines = len(state.open)
    totals = (sums + scores[:lines]).ravel()
    # Each line can end in one way only, so twice as many as are kept are enough.
    last = min(2 * plan.beams, totals.size) - 1
    best = np.argpartition(-totals, last)[: last + 1]
    grown: list[tuple[Written, int]] = []
    for rank, flat in enumerate(best[np.argsort(-totals[best], kind="stable")]):
        origin, word = divmod(int(flat), scores.shape[1])
        line, score = state.open[origin], float(scores[origin, word])
        longer = (*line.log_probabilities, score)
        if word == end:
            # An end that is not among the best is no sentence, only a stop in the middle of one.
            if rank < plan.beams and not _settled(state, plan):
                state.done.append(Written(line.numbers, longer))
        elif len(grown) < plan.beams:
            grown.append((Written((*line.numbers, word), longer), origin))
    state.open = [line for line, _ in grown]
    return [line.numbers[-1] for line in state.open], [origin for _, origin in grown]


def _forbid_echo(scores: Floats, lines: Sequence[Written], once: frozenset[int]) -> None:
    """No word follows itself, and some are said once only."""
    for row, line in enumerate(lines):
        said = [*line.numbers[-1:], *(number for number in line.numbers if number in once)]
        scores[row, said] = -np.inf


def _settled(state: _Lines, plan: Plan) -> bool:
    """Whether enough sentences are finished."""
    return len(state.done) >= plan.beams


def _ranked(state: _Lines, plan: Plan) -> list[Written]:
    # A line that never ended is better than none.
    found = state.done or state.open[:1]
    return sorted(found, key=lambda line: -line.worth(plan.forgiven))[: plan.beams]
