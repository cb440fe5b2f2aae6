"""What became of jobs, as Prometheus metrics.

Only the service imports this, with its first job: the process that decodes needs no metrics.
"""

from __future__ import annotations

import time

from prometheus_client import Counter, Histogram

from servicekit.sandbox.errors import (
    Busy,
    Crashed,
    OutOfMemory,
    OutOfTime,
    Refused,
    Unavailable,
)

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

JOBS = Counter(
    "vts_sandbox_jobs", "Decodings ended, by what became of them.", ("sandbox", "outcome")
)
JOB_SECONDS = Histogram(
    "vts_sandbox_job_seconds", "Seconds a decoding took.", ("sandbox",), buckets=_SECONDS
)

_OUTCOMES: tuple[tuple[type[BaseException], str], ...] = (
    (Refused, "refused"),
    (Crashed, "crashed"),
    (OutOfTime, "out_of_time"),
    (OutOfMemory, "out_of_memory"),
    (Busy, "busy"),
    (Unavailable, "unavailable"),
)


class Tally:
    """Counts one job once, under one of eight outcomes.

    `done` is also a job of which the service had what it wanted; `left` one that was given up.
    Jobs that never began have no seconds.
    """

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox
        self._began: float | None = None
        self._told = False

    def begin(self) -> None:
        """From here on it takes time."""
        self._began = time.perf_counter()

    def end(self, error: BaseException | None = None) -> None:
        """Tells the outcome from what was raised, if anything; only the first time counts."""
        if self._told:
            return
        self._told = True
        outcome = "done" if error is None else _outcome(error)
        JOBS.labels(self._sandbox, outcome).inc()
        if self._began is not None:
            JOB_SECONDS.labels(self._sandbox).observe(time.perf_counter() - self._began)


def _outcome(error: BaseException) -> str:
    return next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "left")
