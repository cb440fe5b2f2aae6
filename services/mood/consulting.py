"""Consulting: what another machine says of texts, waited for beside everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from servicekit.batching import Batcher
from services.mood.domain import Reading, RemoteReader, Text


@dataclass(frozen=True, slots=True)
class _Question:
    """One call's texts, and how they were read here."""

    texts: tuple[Text, ...]
    readings: tuple[Reading, ...]


class Consulting:
    """Consults a reader's other machine for callers on the event loop, on a thread of its own."""

    def __init__(
        self, reader: RemoteReader, *, max_batch: int, max_wait_seconds: float, max_queue: int
    ) -> None:
        """`reader` is neither loaded nor closed here."""
        self._reader = reader
        self._batcher = Batcher[_Question, list[Reading]](
            self._compute,
            max_batch=max_batch,
            max_wait_seconds=max_wait_seconds,
            max_queue=max_queue,
            name="mood-remote",
        )

    async def consulted(self, texts: Sequence[Text], readings: Sequence[Reading]) -> list[Reading]:
        """Readings as the other machine has it, of texts and how they were read here."""
        return await self._batcher.submit(_Question(tuple(texts), tuple(readings)))

    async def close(self) -> None:
        """Finishes what was taken."""
        await self._batcher.close()

    def _compute(self, questions: list[_Question]) -> list[list[Reading]]:
        """Answers several calls at once; runs on the batcher's thread."""
        texts = [text for question in questions for text in question.texts]
        readings = [reading for question in questions for reading in question.readings]
        told = iter(self._reader.consult(texts, readings))
        return [list(islice(told, len(question.texts))) for question in questions]
