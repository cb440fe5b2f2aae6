"""How far an import is, in a terminal: count, rate, time left, the file in turn, what failed."""

from __future__ import annotations

import time
from collections import deque
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vts.cli.importwords import Words
from vts.cli.scenes import clock
from vts.importing.course import FolderImport
from vts.importing.outcomes import Kind, Summary

_RATE_SECONDS = 60.0
_SAMPLE_SECONDS = 1.0


class Rate:
    """How many songs a minute, over the last minute."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=int(_RATE_SECONDS) + 1)

    def per_minute(self, now: float, done: int) -> float | None:
        """The rate, or None while it is not known; to be asked again and again."""
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_SECONDS:
            self._samples.append((now, done))
        since, before = self._samples[0]
        if now - since < 2 * _SAMPLE_SECONDS or done == before:
            return None
        return 60 * (done - before) / (now - since)


class ImportProgress:
    """Two lines at the bottom of the terminal while an import runs."""

    def __init__(self, console: Console, summary: Summary, words: Words) -> None:
        self._summary, self._words = summary, words
        self._course: FolderImport | None = None
        self._rate = Rate()
        self._live = Live(
            get_renderable=self._shown, console=console, transient=True, refresh_per_second=4
        )

    def follow(self, course: FolderImport) -> None:
        """Shows this import."""
        self._course = course

    def _shown(self) -> Group:
        if self._course is None:
            return Group()
        standing = self._course.standing
        left = None if standing.total is None else max(0, standing.total - standing.done)
        rate = self._rate.per_minute(time.monotonic(), standing.done)
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=standing.total, completed=standing.done, width=30),
            Text(
                progress_line(standing.done, standing.total, left, rate, self._summary, self._words)
            ),
        )
        doing = standing.current
        if self._course.patience.is_waiting:
            doing = self._words.waiting
        return Group(bar, Text(doing, style="dim", overflow="ellipsis", no_wrap=True))

    def __enter__(self) -> Self:
        """Starts to draw."""
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Takes the lines away."""
        self._live.stop()


def progress_line(
    done: int,
    total: int | None,
    left: int | None,
    rate: float | None,
    summary: Summary,
    words: Words,
) -> str:
    """Such as `12/340, 96 songs a minute, 3:25 left, 1 refused`."""
    parts = [f"{done:,}/{total:,}" if total is not None else f"{done:,}"]
    if rate is not None:
        parts.append(words.a_minute.format(rate))
        if left:
            parts.append(words.time_left.format(clock(60 * left / rate)))
    if refused := summary.counts[Kind.REFUSED]:
        parts.append(words.kinds[Kind.REFUSED].format(f"{refused:,}"))
    return ", ".join(parts)
