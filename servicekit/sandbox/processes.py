"""The process that forks a child for every job: starting it, asking it, replacing it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, BinaryIO

from servicekit.sandbox.errors import Busy, Unavailable
from servicekit.sandbox.jobs import Connection, Job, never
from servicekit.sandbox.limits import Limits
from servicekit.sandbox.starting import Zygote

_LONGEST_PAUSE_SECONDS = 30.0
_NO_ARGUMENTS: Mapping[str, Any] = MappingProxyType({})

_log = logging.getLogger(__name__)


class Sandbox:
    """Runs the generators of one module, each in a child of its own.

    Args:
        module: Full name of the module of decoders; it is imported over there, never here.
        limits: What a job may take that asks for nothing else.
        name: Names it in logs and metrics.
        max_jobs: Jobs at a time; more raise `Busy`.
    """

    def __init__(
        self, module: str, limits: Limits | None = None, *, name: str, max_jobs: int = 64
    ) -> None:
        self._module = module
        self._limits = limits or Limits()
        self._name = name
        self._places = threading.BoundedSemaphore(max_jobs)
        self._lock = threading.Lock()
        self._zygote: Zygote | None = None
        self._closed = False
        self._failures = 0
        self._not_before = 0.0

    def start(self) -> None:
        """Starts the process and waits until it can fork, so that no request pays for it.

        Raises:
            Unavailable: The module cannot be imported, or imports what has no business there.
        """
        self._running()

    def job(
        self,
        function: str,
        media: bytes | BinaryIO,
        arguments: Mapping[str, Any] = _NO_ARGUMENTS,
        *,
        limits: Limits | None = None,
        is_abandoned: Callable[[], bool] = never,
    ) -> Job:
        """Prepares a job, which begins when it is entered.

        Args:
            function: Name of a generator function of the module.
            media: The file's bytes, or the file itself, opened for reading only.
            arguments: Keyword arguments of the function, such as JSON can hold.
            limits: Others than the sandbox's own.
            is_abandoned: Asked several times a second; once it says yes, the job ends and
                `Abandoned` is raised.
        """
        # Not imported by the process that decodes, which imports this package too.
        from servicekit.sandbox.tallies import Tally

        tally = Tally(self._name)
        limits = limits or self._limits
        return Job(self._connected, function, media, arguments, limits, tally, is_abandoned)

    def resident_bytes(self) -> int:
        """Memory of the process that forks; 0 if there is none or the system does not tell."""
        with self._lock:
            return self._zygote.resident_bytes() if self._zygote else 0

    def close(self) -> None:
        """Ends the process and every job's child, and waits until they are gone."""
        with self._lock:
            self._closed = True
            zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()

    def _connected(self) -> Connection:
        if not self._places.acquire(blocking=False):
            raise Busy(f"{self._name}: as many jobs run as may")
        try:
            connection = self._forked()
        except BaseException:
            self._places.release()
            raise
        return replace(connection, on_close=self._places.release)

    def _forked(self) -> Connection:
        for _ in range(2):
            zygote = self._running()
            try:
                connection = zygote.fork()
            except OSError as error:
                _log.warning("sandbox %s: its process ended (%s)", self._name, error)
                self._discard(zygote)
            else:
                self._failures = 0
                return connection
        raise Unavailable(f"{self._name}: the decoding process ends again and again")

    def _running(self) -> Zygote:
        with self._lock:
            if self._closed:
                raise Unavailable(f"{self._name}: closed")
            if self._zygote is None:
                if time.monotonic() < self._not_before:
                    raise Unavailable(f"{self._name}: the decoding process is to start again soon")
                self._zygote = self._started()
            return self._zygote

    def _started(self) -> Zygote:
        began = time.monotonic()
        try:
            zygote = Zygote(self._module)
        except (OSError, ValueError) as error:
            self._put_off()
            raise Unavailable(f"{self._name}: the decoding process cannot start") from error
        seconds = time.monotonic() - began
        _log.info(
            "sandbox %s: ready in %.1f s with %d MiB, confined by %s",
            self._name,
            seconds,
            zygote.resident_bytes() >> 20,
            ", ".join(zygote.confined_by) or "nothing",
        )
        if "system call filter" not in zygote.confined_by:
            _log.warning("sandbox %s: this system cannot deny files and network", self._name)
        return zygote

    def _discard(self, zygote: Zygote) -> None:
        with self._lock:
            if self._zygote is zygote:
                self._zygote = None
                self._put_off()
        zygote.close()

    def _put_off(self) -> None:
        """The first failure costs no pause, the next ever longer ones."""
        pause = min(0.25 * 2**self._failures, _LONGEST_PAUSE_SECONDS) if self._failures else 0.0
        self._failures += 1
        self._not_before = time.monotonic() + pause
