"""How each value settles: smoothed, with a margin at its edges, and only if it lasts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vts.situations.samples import Value

LOST_SECONDS = 60.0
"""A number that is told to be unknown for so long is; a signal lost under a bridge is not."""

MOST_KEPT = 64
"""Values kept for a median; of more, those that lie closest in time give way."""

GRACE = timedelta(minutes=2)
"""So far behind an edge of the day, clocks that are set a little back do not flip it again."""


class Settler(Protocol):
    """One value over time. `level` is what changes count by; `coming` is the same, unsettled."""

    @property
    def value(self) -> Value | None:
        """The settled value."""

    @property
    def level(self) -> Value | None:
        """The settled level."""

    @property
    def coming(self) -> Value | None:
        """The level that it would have at once."""

    def hear(self, value: Value | None, at: float) -> None:
        """A new value, at so many seconds."""

    def tick(self, at: float) -> None:
        """Nothing new, but time went by."""

    def hurry(self) -> None:
        """Takes what is coming as settled."""


class Lasting:
    """A word or a flag, which must last for `seconds` to be believed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = 0.0
        self.value: Value | None = None
        self.coming: Value | None = None

    @property
    def level(self) -> Value | None:
        """The settled value."""
        return self.value

    def hear(self, value: Value | None, at: float) -> None:
        """A new value."""
        if value != self.coming:
            self.coming, self._since = value, at
        self.tick(at)

    def tick(self, at: float) -> None:
        """Believes what has lasted; the first value of all at once."""
        if self.value is None or at - self._since >= self._seconds:
            self.value = self.coming

    def hurry(self) -> None:
        """Believes it now."""
        self.value = self.coming


class Banded:
    """A number, smoothed by a median, that is in one band at a time.

    To leave a band it must go beyond the edge by the margin and stay there: up for `up_seconds`,
    down for `down_seconds`. What is coming goes by the median of `quick_seconds`.
    """

    def __init__(
        self,
        edges: Sequence[float],
        margin: float,
        *,
        window_seconds: float = 0.0,
        quick_seconds: float = 0.0,
        up_seconds: float = 0.0,
        down_seconds: float = 0.0,
    ) -> None:
        self._edges = tuple(edges)
        self._margin = margin
        self._slow, self._quick = Median(window_seconds), Median(quick_seconds)
        self._dwell = {1: up_seconds, -1: down_seconds}
        self._leaving: tuple[int, float] | None = None
        self._lost: float | None = None
        self.level: int | None = None

    @property
    def value(self) -> float | None:
        """The median, the quick one if it alone is in the settled band; within the band."""
        if self.level is None:
            return None
        is_in = self._band(self._slow.value, self.level) == self.level
        median = self._slow.value if is_in else self._quick.value
        low = self._edges[self.level - 1] if self.level else float("-inf")
        high = self._edges[self.level] - 0.5 if self.level < len(self._edges) else float("inf")
        return min(max(median, low), high)

    @property
    def coming(self) -> int | None:
        """The band of the quick median."""
        return None if self.level is None else self._band(self._quick.value, self.level)

    def hear(self, value: Value | None, at: float) -> None:
        """A new number; None has to last to be believed."""
        if value is not None:
            self._lost = None
            self._slow.add(float(value), at)
            self._quick.add(float(value), at)
            if self.level is None:
                self.level = sum(float(value) >= edge for edge in self._edges)
        elif self._lost is None:
            self._lost = at
        self.tick(at)

    def tick(self, at: float) -> None:
        """Leaves the band if that has lasted; the number stands as it was told last."""
        if self.level is None:
            return
        if self._lost is not None and at - self._lost >= LOST_SECONDS:
            self.level, self._leaving = None, None
            self._slow.clear()
            self._quick.clear()
            return
        self._slow.pass_on(at)
        self._quick.pass_on(at)
        band = self._band(self._slow.value, self.level)
        way = (band > self.level) - (band < self.level)
        if way == 0:
            self._leaving = None
            return
        if self._leaving is None or self._leaving[0] != way:
            self._leaving = (way, at)
        if at - self._leaving[1] >= self._dwell[way]:
            self.level, self._leaving = band, None

    def hurry(self) -> None:
        """Takes the quick median's band."""
        self.level, self._leaving = self.coming, None

    def _band(self, value: float, level: int) -> int:
        while level < len(self._edges) and value >= self._edges[level] + self._margin:
            level += 1
        while level > 0 and value < self._edges[level - 1] - self._margin:
            level -= 1
        return level


class Median:
    """The median of the last seconds, each value counting for as long as it stood."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: deque[tuple[float, float]] = deque()
        self.value = 0.0

    def add(self, value: float, at: float) -> None:
        """A new value; the work is bounded, however many there are a second."""
        close = self._seconds / MOST_KEPT
        if len(self._kept) > 1 and at - self._kept[-2][1] < close:
            self._kept.pop()
        self._kept.append((value, at))
        self.pass_on(at)

    def pass_on(self, at: float) -> None:
        """Lets time go by; the last value still stands."""
        while len(self._kept) > 1 and self._kept[1][1] <= at - self._seconds:
            self._kept.popleft()
        if len(self._kept) == 1:
            self.value = self._kept[0][0]
        elif self._kept:
            self.value = self._median(at)

    def clear(self) -> None:
        """Forgets all values."""
        self._kept.clear()

    def _median(self, at: float) -> float:
        begin = at - self._seconds
        ends = [time for _, time in list(self._kept)[1:]] + [at]
        stood = sorted(
            (value, end - max(time, begin))
            for (value, time), end in zip(self._kept, ends, strict=True)
        )
        half, total = sum(seconds for _, seconds in stood) / 2, 0.0
        if half <= 0:
            return self._kept[-1][0]
        for value, seconds in stood:
            total += seconds
            if total >= half:
                return value
        return stood[-1][0]


class Daytime:
    """The part of the day, which begins two minutes late so that clocks may be set meanwhile."""

    EDGES = (5, 7, 11, 14, 18, 22)

    def __init__(self) -> None:
        self.level: int | None = None
        self.is_night = False

    def hear(self, time: datetime) -> None:
        """The time of a sample."""
        part, night, before = self._part(time), self._is_night(time), time - GRACE
        is_first = self.level is None
        if is_first or part == self._part(before):
            self.level = part
        if is_first or night == self._is_night(before):
            self.is_night = night

    def _part(self, time: datetime) -> int:
        return sum(time.hour >= edge for edge in self.EDGES) % len(self.EDGES)

    def _is_night(self, time: datetime) -> bool:
        return time.hour >= 21 or time.hour < 6
