"""The process that forks, from the service's side: its start, one fork at a time, its end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from servicekit.sandbox.errors import Unavailable
from servicekit.sandbox.jobs import FORK_FAILED, Connection

START_SECONDS = 60.0
"""Longest time for the imports, which take about half a second."""

_FORK_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
_READY_BYTES = 4096
_BUFFER_BYTES = 1024 * 1024


class Zygote:
    """One started process. It ends when its control socket closes, so also when the service dies.

    Raises:
        OSError: It did not start, or not in time; standard error says why.
        ValueError: What it said when it was ready makes no sense.
    """

    def __init__(self, module: str) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _spawned(module, theirs)
        try:
            self._control.settimeout(START_SECONDS)
            ready = self._control.recv(_READY_BYTES)
            if not ready:
                raise ConnectionError(f"{module} could not be made ready")
            self.confined_by: tuple[str, ...] = tuple(json.loads(ready))
            self._control.settimeout(_FORK_SECONDS)
        except BaseException:
            self.close()
            raise

    def fork(self) -> Connection:
        """Has a child forked, and waits until it listens.

        Raises:
            OSError: The process is gone.
            Unavailable: It is there, and the system lets it fork no more.
        """
        connection, theirs = _pairs()
        try:
            try:
                socket.send_fds(self._control, [b"+"], [end.fileno() for end in theirs])
            finally:
                for end in theirs:
                    end.close()
            if connection.child.recv(1) != b"+":
                raise _absence(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def resident_bytes(self) -> int:
        """Memory it holds, shared libraries included; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def close(self) -> None:
        """Ends it and all it forked, and waits for that."""
        self._control.close()
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _absence(connection: Connection) -> Exception:
    report = connection.report()
    if report is not None and report[0] == FORK_FAILED:
        return Unavailable("the system allows no further process")
    return ConnectionError("no child came")


def _pairs() -> tuple[Connection, tuple[socket.socket, socket.socket]]:
    child, childs = socket.socketpair()
    fate, fates = socket.socketpair()
    childs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    child.settimeout(_FORK_SECONDS)
    return Connection(child, fate), (childs, fates)


def _spawned(module: str, control: socket.socket) -> subprocess.Popen[bytes]:
    """Starts a fresh interpreter: no memory, file, thread or variable of the service reaches it."""
    descriptor = control.fileno()
    return subprocess.Popen(  # noqa: S603 - this interpreter, with a module of ours
        [sys.executable, "-m", "servicekit.sandbox.zygote", module, str(descriptor)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env=_variables(),
        start_new_session=True,
    )


def _variables() -> dict[str, str]:
    """One thread, so that forking is safe; few arenas, so that memory can be counted.

    Large pages: a fresh process pays for every page that it touches first.
    """
    folders = [str(Path(folder).resolve()) for folder in sys.path if not folder.endswith(".zip")]
    return {
        "PYTHONPATH": os.pathsep.join(folders),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
