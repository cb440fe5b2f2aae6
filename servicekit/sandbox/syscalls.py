"""The filter of system calls: what a decoder may ask of the kernel, and nothing else (seccomp).

What is allowed computes on memory, on time, on threads of its own, and on descriptors that it has.
Nothing on the list opens a file, makes a socket, starts a program or process, looks at another
process, or sends a signal; whatever is not on it fails with EPERM.
"""

from __future__ import annotations

import ctypes
import errno

from servicekit.sandbox import kernel

ALLOWED: dict[str, tuple[int, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "shutdown": (48, 210),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "preadv": (295, 69),
    "getrandom": (318, 278),
    "preadv2": (327, 286),
    "rseq": (334, 293),
}
"""The number of each call on x86-64 and on aarch64."""

_CLONE, _CLONE3 = (56, 220), 435
_CLONE_THREAD = 0x1_0000
_ARCHITECTURES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}
_X32_BIT = 0x4000_0000

_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _FAIL, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000

_Instruction = tuple[int, int, int, int]
"""Operation, instructions to skip if true and if false, operand (linux/filter.h)."""


class _Filter(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filters", ctypes.POINTER(_Filter)))


def allow_only_computing() -> None:
    """Restricts this thread, and those it will start, for good.

    Raises:
        OSError: The kernel has no such filter, or the machine is of a kind without a list.
    """
    if kernel.MACHINE not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {kernel.MACHINE}")
    instructions = _instructions(*_ARCHITECTURES[kernel.MACHINE])
    filters = (_Filter * len(instructions))(*(_Filter(*each) for each in instructions))
    kernel.filter_system_calls(_Program(len(instructions), filters))


def _instructions(column: int, architecture: int) -> list[_Instruction]:
    checked = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUALS, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _KILL),
    ]
    for numbers in ALLOWED.values():
        checked += [(_EQUALS, 0, 1, numbers[column]), (_RETURN, 0, 0, _ALLOW)]
    return [*checked, *_threads(column), (_RETURN, 0, 0, _FAIL | errno.EPERM)]


def _threads(column: int) -> list[_Instruction]:
    """A new thread is fine, a new process not; `clone3` hides which, so it does not exist here."""
    return [
        (_EQUALS, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        (_EQUALS, 0, 3, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_HAS_BITS, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
    ]
