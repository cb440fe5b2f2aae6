"""The head: makes one decision of the agents' answers, by majority and by soundness.

Values are medians, so no minority can move them; between halves the sounder one wins. Only where
no majority agrees is a decision refused, and the caller may have it judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.mood.backends.llm.answers import Answer
from services.mood.backends.llm.failures import Cause, LlmError
from services.mood.backends.llm.soundness import LEAST
from vts.moods import MOODS

NEAR_VALENCE, NEAR_AROUSAL, NEAR_MOODS = 0.5, 0.6, 0.25
"""How far answers may differ, and how far their moods must overlap, to be of one opinion."""
CLEARLY_SOUNDER = 1.25
"""How many times as sound one half must be as the other to win without a judgement."""


@dataclass(frozen=True, slots=True)
class Vote:
    """An agent's answer and how sound it is, in [0, 1]."""

    answer: Answer
    soundness: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the agents say together: moods (13,), affect, how sure, and the answer that says why."""

    moods: tuple[float, ...]
    valence: float
    arousal: float
    dominance: float
    confidence: float
    spokesman: Answer


def quorum(agents: int) -> int:
    """How many sound answers a decision needs: a majority of all agents, also of the silent."""
    return agents // 2 + 1


def sound(votes: Sequence[Vote], agents: int) -> list[Vote]:
    """The votes that count; raises `LlmError` if they are no majority of the agents."""
    counted = [vote for vote in votes if vote.soundness >= LEAST]
    if len(counted) < quorum(agents):
        raise LlmError(Cause.UNSOUND)
    return counted


def decided(votes: Sequence[Vote]) -> Decision | None:
    """What a majority of sound votes says; None if there is no such majority."""
    middle = _middle(votes)
    agreed = [vote for vote in votes if _alike(_Point.of(vote.answer), middle)]
    if 2 * len(agreed) > len(votes) or _outweigh(agreed, votes):
        return _summed(agreed, votes)
    return None


def decided_by(chosen: Vote, votes: Sequence[Vote]) -> Decision | None:
    """What those say who agree with a chosen vote; None if it stands alone."""
    point = _Point.of(chosen.answer)
    agreed = [vote for vote in votes if _alike(_Point.of(vote.answer), point)]
    return _summed(agreed, votes) if len(agreed) > 1 else None


@dataclass(frozen=True, slots=True)
class _Point:
    """Moods, then valence and arousal, of one answer or of many."""

    moods: tuple[float, ...]
    valence: float
    arousal: float

    @classmethod
    def of(cls, answer: Answer) -> "_Point":
        return cls(tuple(map(answer.score, MOODS)), answer.valence, answer.arousal)


def _middle(votes: Sequence[Vote]) -> _Point:
    return _Point(
        tuple(_median(votes, [vote.answer.score(mood) for vote in votes]) for mood in MOODS),
        _median(votes, [vote.answer.valence for vote in votes]),
        _median(votes, [vote.answer.arousal for vote in votes]),
    )


def _median(votes: Sequence[Vote], values: Sequence[float]) -> float:
    """The median; soundness tips the scales between two halves, and never against a majority."""
    weights = 1.0 + np.array([vote.soundness for vote in votes]) / (len(votes) + 1)
    order = np.argsort(values, kind="stable")
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order[half]])


def _alike(one: _Point, other: _Point) -> bool:
    lower = float(np.minimum(one.moods, other.moods).sum())
    upper = float(np.maximum(one.moods, other.moods).sum())
    return (
        abs(one.valence - other.valence) <= NEAR_VALENCE
        and abs(one.arousal - other.arousal) <= NEAR_AROUSAL
        and lower >= NEAR_MOODS * upper
    )


def _outweigh(agreed: Sequence[Vote], votes: Sequence[Vote]) -> bool:
    """Whether a half is so much sounder than the other that nobody need judge."""
    own = sum(vote.soundness for vote in agreed)
    others = sum(vote.soundness for vote in votes) - own
    return 2 * len(agreed) == len(votes) and own >= CLEARLY_SOUNDER * others


def _summed(agreed: Sequence[Vote], votes: Sequence[Vote]) -> Decision:
    """The medians of those who agree; the fewer they are of all, the less sure."""
    point = _middle(agreed)
    sure = _median(agreed, [vote.answer.confidence for vote in agreed])
    return Decision(
        moods=point.moods,
        valence=point.valence,
        arousal=point.arousal,
        dominance=_median(agreed, [vote.answer.dominance for vote in agreed]),
        confidence=sure * len(agreed) / len(votes),
        spokesman=max(agreed, key=lambda vote: vote.soundness).answer,
    )
