"""A circuit breaker: a dead endpoint must not cost every call its timeout."""

import logging
from collections.abc import Callable

from services.mood.backends.llm.failures import ENDPOINTS_FAULT, Cause, LlmError

FAILURES_TO_OPEN = 3
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 15.0, 240.0

_log = logging.getLogger(__name__)


class Breaker:
    """Opens after three failures in a row; after a rest, one more failure opens it again.

    The first rest is 15 seconds; each in a row is twice as long, up to 4 minutes. Belongs to one
    event loop.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._rest_seconds = FIRST_REST_SECONDS
        self._opened_at = self._until = float("-inf")

    def begun(self) -> float:
        """When a call begins, for `failed`; raises `LlmError` while the endpoint is left alone."""
        now = self._clock()
        if now < self._until:
            raise LlmError(Cause.RESTING)
        return now

    def succeeded(self) -> None:
        """The endpoint answered, whatever it said."""
        self._failures, self._rest_seconds = 0, FIRST_REST_SECONDS

    def failed(self, cause: Cause, begun: float) -> None:
        """A call that began then ended badly; it counts if the endpoint was at fault.

        Calls from before it opened are let go: they tell of the same failure.
        """
        if cause not in ENDPOINTS_FAULT or begun <= self._opened_at:
            return
        self._failures += 1
        if self._failures < FAILURES_TO_OPEN:
            return
        facts = {"cause": cause.value, "seconds": self._rest_seconds}
        _log.warning("the language model fails and is left alone", extra=facts)
        self._failures = FAILURES_TO_OPEN - 1
        self._opened_at = self._clock()
        self._until = self._opened_at + self._rest_seconds
        self._rest_seconds = min(2 * self._rest_seconds, LONGEST_REST_SECONDS)
