"""Stretches of time in a video or a sound, and how much of them overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Timed(Protocol):
    """A message about a stretch of time."""

    @property
    def start_seconds(self) -> float:
        """Where it begins."""

    @property
    def end_seconds(self) -> float:
        """Where it ends, exclusive."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, in seconds; one that ends before it begins is empty."""

    start: float
    end: float

    @classmethod
    def of(cls, timed: Timed) -> Span:
        """The stretch that a message is about."""
        return cls(timed.start_seconds, timed.end_seconds)

    @property
    def seconds(self) -> float:
        """Its length."""
        return max(0.0, self.end - self.start)

    def shared_with(self, other: Span) -> Span:
        """What both have in common; empty if nothing."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def clock(seconds: float) -> str:
    """A time for people: `0:42`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
