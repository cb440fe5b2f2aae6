"""The few calls into the C library that Python's own modules do not have."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

IS_LINUX = sys.platform.startswith("linux")
MACHINE = platform.machine()

CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2

_library = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: object) -> int:
    """Makes a system call by its number; raises OSError."""
    return _checked(_library.syscall(ctypes.c_long(number), *arguments))


def unshare(flags: int) -> None:
    """Leaves the namespaces that the flags name for new, empty ones; raises OSError."""
    _checked(_library.unshare(ctypes.c_int(flags)))


def die_with_parent(signal_number: int) -> None:
    """Has this process killed when the one that forked it ends."""
    _control(_PR_SET_PDEATHSIG, signal_number)


def gain_nothing_more() -> None:
    """Makes it impossible to gain privileges by running a program."""
    _control(_PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls(program: ctypes.Structure) -> None:
    """Has every later system call judged by a BPF program, for good."""
    _control(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))


def _control(option: int, *arguments: object) -> None:
    words = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    words += [ctypes.c_ulong(0)] * (4 - len(words))
    _checked(_library.prctl(ctypes.c_int(option), *words))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
