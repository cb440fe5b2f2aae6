"""Tokens: how many may be spent, in a minute, in an hour and on one text."""

from collections.abc import Callable

from services.mood.backends.llm.failures import TOKENS, Cause, LlmError

MINUTE_SECONDS, HOUR_SECONDS = 60.0, 3600.0
BYTES_PER_TOKEN = 3
"""Of UTF-8, cautiously: a Korean syllable is three bytes and about one token, English has four."""


def tokens_in(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN + 1


class Bucket:
    """Fills evenly up to `tokens` in `seconds`; what was spent beyond it must be filled first."""

    def __init__(self, tokens: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = float(tokens)
        self._rate = tokens / seconds
        self._clock = clock
        self._level, self._at = self._most, clock()

    def holds(self, tokens: int) -> bool:
        """Whether so many are left now."""
        now = self._clock()
        self._level = min(self._most, self._level + (now - self._at) * self._rate)
        self._at = now
        return self._level >= tokens

    def take(self, tokens: int) -> None:
        """Takes tokens out; a negative number puts some back."""
        self._level = min(self._most, self._level - tokens)


class Budget:
    """What all texts together may spend; belongs to one event loop."""

    def __init__(self, per_minute: int, per_hour: int, clock: Callable[[], float]) -> None:
        self._buckets = (
            Bucket(per_minute, MINUTE_SECONDS, clock),
            Bucket(per_hour, HOUR_SECONDS, clock),
        )

    def holds(self, tokens: int) -> bool:
        """Whether so many may be spent now."""
        return all(bucket.holds(tokens) for bucket in self._buckets)

    def take(self, tokens: int) -> None:
        """Spends tokens, or takes back what was not spent."""
        for bucket in self._buckets:
            bucket.take(tokens)


class Purse:
    """What one text may spend, out of the budget of all."""

    def __init__(self, budget: Budget, tokens: int) -> None:
        self._budget = budget
        self._left = tokens

    def reserve(self, tokens: int) -> None:
        """Sets tokens aside for a call; raises `LlmError` if they are not there."""
        if tokens > self._left or not self._budget.holds(tokens):
            raise LlmError(Cause.BUDGET)
        self._take(tokens)

    def settle(self, reserved: int, spent: int) -> None:
        """Corrects what was set aside by what a call cost."""
        self._take(spent - reserved)
        TOKENS.inc(spent)

    def _take(self, tokens: int) -> None:
        self._left -= tokens
        self._budget.take(tokens)
