"""How a job in the sandbox ended, as a service says it; apart from it, for it knows gRPC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servicekit.errors import queue_full, unavailable
from servicekit.sandbox import Busy, Failed, Refused, Unavailable


@contextmanager
def understood(name: str, meant: Callable[[Refused | Failed], Exception]) -> Iterator[None]:
    """Turns what a job raises into what the domain says of its file, and into errors for callers.

    Args:
        name: What the sandbox is called in errors.
        meant: What a decoder's refusal is in the domain; its failure is the file's fault too.
    """
    try:
        yield
    except (Refused, Failed) as problem:
        raise meant(problem) from problem
    except StopIteration as ended:
        raise meant(Failed("said less than was to come")) from ended
    except Busy as busy:
        raise queue_full(name) from busy
    except Unavailable as gone:
        raise unavailable(name, "files cannot be decoded at the moment") from gone
