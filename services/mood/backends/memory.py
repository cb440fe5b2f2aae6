"""Memory that is done with, given back to the system."""

import ctypes
import gc

LARGE_BYTES = 2 << 20
"""What is as large is asked of the system, and returned to it, on its own."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of glibc's `mallopt`."""


def return_large() -> None:
    """Makes the C library return large blocks at once; left alone, it learns to hoard them.

    Only glibc can be told so, and `trim` below; elsewhere nothing happens.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, LARGE_BYTES)
        set_option(_TRIM_THRESHOLD, LARGE_BYTES)


def trim(library: str | None = None) -> None:
    """Frees what nothing refers to any more, and the pages that hold nothing else.

    `library` is the file of one with an allocator of its own (mimalloc), which the same thread
    has used: it keeps what it freed, for Kiwi about 20 MB after loading.
    """
    gc.collect()
    collect = getattr(ctypes.CDLL(library), "mi_collect", None) if library else None
    if collect is not None:
        collect(ctypes.c_bool(True))
    release = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if release is not None:
        release(0)
