"""Giving up powers: what a child does before it reads the first byte of a file.

Everything here is for good. What a system does not have is left out and told in the log when the
service starts; a child on which something fails that worked at the start ends at once.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

from servicekit.sandbox import kernel, landlock, syscalls

NETWORK, FILTER, FILES, USER = (
    "empty network namespace",
    "system call filter",
    "Landlock",
    "unprivileged user",
)
_NOBODY = 65534
_DESCRIPTORS = 8
_STANDARD = 3
_CPU_FACTOR = 4
_PROBE_SECONDS, _PROBE_BYTES = 5.0, 1 << 30


def leave_network() -> bool:
    """Moves this process, and so its children, to a network without any interface, if it may."""
    if not kernel.IS_LINUX:
        return False
    for flags in (kernel.CLONE_NEWNET, kernel.CLONE_NEWUSER | kernel.CLONE_NEWNET):
        try:
            kernel.unshare(flags)
        except OSError:
            continue
        return True
    return False


def keep_only(descriptor: int) -> None:
    """Closes every other file of this process and points the three standard ones nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(_STANDARD):
        os.dup2(nowhere, standard)
    os.closerange(_STANDARD, descriptor)
    os.closerange(descriptor + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def confine(confined_by: frozenset[str], seconds: float, memory_bytes: int) -> None:
    """Applies the limits and every lock there is.

    Args:
        confined_by: The locks that must hold, as `probed` found them.
        seconds: The job's time limit; of CPU time it gets four times that, in all its threads.
        memory_bytes: Address space beyond what the process has now.

    Raises:
        PermissionError: A lock of `confined_by` does not hold.
    """
    _offer_to_be_killed()
    held = _attempted({USER: _become_nobody})
    if kernel.IS_LINUX:
        kernel.die_with_parent(signal.SIGKILL)
        kernel.gain_nothing_more()
    _limit(seconds, memory_bytes)
    held |= _attempted({FILES: landlock.deny_everything})
    held |= _attempted({FILTER: syscalls.allow_only_computing})
    missing = confined_by - held
    if missing:
        raise PermissionError(", ".join(sorted(missing)))


def probed() -> frozenset[str]:
    """Tries everything in a child and returns which of a child's locks hold on this system."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(_tried()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        held = json.loads(told.read() or "[]")
    os.waitpid(pid, 0)
    return frozenset(held)


def _tried() -> list[str]:
    locks = {USER: _become_nobody}
    if kernel.IS_LINUX:
        locks |= {FILES: landlock.deny_everything, FILTER: syscalls.allow_only_computing}
        kernel.gain_nothing_more()
    return sorted(_attempted(locks))


def _attempted(locks: dict[str, Callable[[], None]]) -> set[str]:
    held = set()
    for name, lock in locks.items():
        try:
            lock()
        except OSError:
            continue
        held.add(name)
    return held


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _offer_to_be_killed() -> None:
    """If memory runs out, the kernel should take this process and not the service."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return


def _limit(seconds: float, memory_bytes: int) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    _lower(resource.RLIMIT_CPU, _CPU_FACTOR * math.ceil(seconds))
    if kernel.IS_LINUX:
        _lower(resource.RLIMIT_AS, _address_space() + memory_bytes)
    else:
        _lower(resource.RLIMIT_NPROC, 0)


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _lower(limit: int, value: int) -> None:
    """Sets a limit, unless it is lower already."""
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))
