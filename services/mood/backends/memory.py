"""Memory that loading has left behind, given back to the system."""

import ctypes
import gc


def give_back() -> None:
    """Frees what nothing refers to any more, and the pages that hold nothing else.

    The C library keeps pages for itself as it sees fit; only glibc can be told to return them,
    and elsewhere nothing happens.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
