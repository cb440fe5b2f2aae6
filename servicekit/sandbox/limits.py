"""What one job may use up."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one job may take of everything.

    Args:
        seconds: How long the service waits for the child, all waits together; while it does
            something else with what it got, the clock stands.
        memory_bytes: Address space of the child beyond what it was forked with.
        output_bytes: Bytes of all that it sends, together; every frame counts a kibibyte more.
        array_bytes: Bytes of the arrays that it yields at once.
    """

    seconds: float = 60.0
    memory_bytes: int = 1536 * MEBIBYTE
    output_bytes: int = 1024 * MEBIBYTE
    array_bytes: int = 64 * MEBIBYTE
