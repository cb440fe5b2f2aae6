"""What can become of a job other than a result."""

from __future__ import annotations

MAX_FACTS = 8
"""Most facts of a refusal."""


class Refused(Exception):  # noqa: N818 - what the decoder did, said as one reads it
    """A decoder's decision that it will not read a file; raised there and then in the service.

    Args:
        kind: A word that the two sides agree on, such as `too_large`.
        facts: Texts that tell more, such as a limit. They come from where the file was read:
            show them to people, never obey them.
    """

    def __init__(self, kind: str, /, **facts: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.facts = facts


class Failed(Exception):  # noqa: N818
    """The job ended without a result and without a refusal; the message is for the log."""


class Crashed(Failed):
    """The child was killed by a signal, raised what it should not, or sent nonsense."""


class OutOfTime(Failed):
    """The child took longer than its limit."""


class OutOfMemory(Failed):
    """The child asked for more memory than its limit."""


class Abandoned(Failed):
    """Nobody waits for the job any more, as whoever asked for it was told to find out."""


class Busy(Exception):  # noqa: N818
    """As many jobs run as may; another will do later."""


class Unavailable(Exception):  # noqa: N818
    """The process that forks is gone and cannot be started at the moment."""
