"""Landlock: no file can be reached by any name, no TCP port, no other process by a signal.

A second lock beside the filter of system calls; Linux has it since 5.13, with more every year.
See Documentation/userspace-api/landlock.rst of the kernel.
"""

from __future__ import annotations

import ctypes
import os

from servicekit.sandbox import kernel

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files each version knows; since the fifth, 16."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def deny_everything() -> None:
    """Restricts this process for good: every right is governed, and none is given.

    Raises:
        OSError: The kernel has no Landlock, or it is turned off.
    """
    version = kernel.call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    rules = _Ruleset(files=(1 << _FILE_RIGHTS.get(version, 16)) - 1)
    size = 8
    if version >= 4:
        rules.network, size = 0b11, 16
    if version >= 6:
        rules.scoped, size = 0b11, 24
    ruleset = kernel.call(
        _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint(0)
    )
    try:
        kernel.call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0))
    finally:
        os.close(ruleset)
