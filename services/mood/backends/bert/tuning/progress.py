"""How far a training is, in a terminal: epoch, loss, steps, and the time that is left."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from services.mood.backends.bert.tuning.keeping import Course


class TrainingProgress:
    """A line that moves with every step, and one that stays for every epoch.

    Args:
        console: Where it is shown.
        epochs: The most there may be; the time left is told for all of them.
    """

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._progress = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("loss {task.fields[loss]}"),
            TimeElapsedColumn(),
            TextColumn("at most"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._progress.add_task("", visible=False, epoch=1, epochs=epochs, loss="…")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def stepped(self, course: Course, steps: int, loss: float) -> None:
        """Shows a step of an epoch."""
        self._progress.update(
            self._task,
            visible=True,
            completed=course.epoch * steps + course.step,
            total=self._epochs * steps,
            epoch=course.epoch + 1,
            loss=f"{loss:.4f}",
        )

    def finished_epoch(self, course: Course) -> None:
        """Leaves a line with what the epoch came to."""
        last = course.history[-1]
        best = " (best so far)" if course.since == 0 else ""
        said = f"loss {last['loss']:.4f}, on others {last['choosing_loss']:.4f}; "
        measured = f"micro-F1 {last['micro_f1']:.3f}, macro-F1 {last['macro_f1']:.3f}{best}"
        self._console.print(Text(f"epoch {course.epoch}: {said}{measured}"))
