"""Reading: the mood of texts and of situations, in batches off the event loop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from servicekit.batching import Batcher
from services.mood import situations
from services.mood.domain import (
    MAX_KEYWORDS,
    Affect,
    Keyword,
    Model,
    MoodReader,
    Reading,
    Text,
    TextLimits,
    Vectors,
    checked_texts,
)
from services.mood.situations import Rule, Situation

SITUATION_MODEL = Model("situations", situations.VERSION)


@dataclass(frozen=True, slots=True)
class _Task:
    """One call's texts; `whole` asks for readings, else for vectors alone."""

    texts: tuple[Text, ...]
    whole: bool


_Answer = list[Reading] | Vectors


class MoodReading:
    """Reads texts and situations for callers on the event loop."""

    def __init__(
        self,
        reader: MoodReader,
        *,
        limits: TextLimits,
        max_batch: int,
        max_wait_seconds: float,
        max_queue: int,
    ) -> None:
        """Owns `reader` from now on; `close` closes it too."""
        self._reader = reader
        self._limits = limits
        self._loaded = False
        self._batcher = Batcher[_Task, _Answer](
            self._compute,
            max_batch=max_batch,
            max_wait_seconds=max_wait_seconds,
            max_queue=max_queue,
            name="mood",
        )

    @property
    def model(self) -> Model:
        """What reads texts."""
        return self._reader.model

    async def warm_up(self) -> None:
        """Loads the reader and lets it answer once, on the thread that will do the reading."""
        await self._batcher.submit(_Task((Text("warm"), Text("따뜻한")), whole=True))

    async def read(self, texts: Sequence[str], language: str) -> list[Reading]:
        """Reads texts in the order given; raises `FieldError` if they break a limit."""
        task = _Task(tuple(checked_texts(texts, language, self._limits)), whole=True)
        return list(await self._batcher.submit(task))

    async def embed(self, texts: Sequence[str], language: str) -> Vectors:
        """Embeds texts, shape (texts, 384); raises `FieldError` if they break a limit."""
        return await self._embed(checked_texts(texts, language, self._limits))

    async def read_situation(self, situation: Situation) -> tuple[Reading, tuple[Rule, ...]]:
        """What a situation calls for, and the rules that said so, strongest first.

        Raises `FieldError` for a value that is not allowed. The embedding is that of the phrases.
        """
        sense = situations.sense(situation)
        words = ", ".join(rule.text.en for rule in sense.rules) or "an ordinary moment"
        vector = (await self._embed([Text(words, "en")]))[0]
        reading = Reading(
            language="en",
            moods=tuple(float(score) for score in sense.moods),
            affect=Affect(sense.valence, sense.arousal, sense.confidence),
            keywords=_keywords(sense.rules),
            embedding=vector,
            understood_as=words,
        )
        return reading, sense.rules

    async def close(self) -> None:
        """Finishes what was taken and closes the reader."""
        await self._batcher.close()
        self._reader.close()

    async def _embed(self, texts: Sequence[Text]) -> Vectors:
        return np.asarray(await self._batcher.submit(_Task(tuple(texts), whole=False)))

    def _compute(self, tasks: list[_Task]) -> list[_Answer]:
        """Answers several calls at once; runs on the batcher's thread."""
        if not self._loaded:
            self._reader.load()
            self._loaded = True
        answers: dict[int, _Answer] = {}
        for whole in (True, False):
            chosen = [number for number, task in enumerate(tasks) if task.whole is whole]
            texts = [text for number in chosen for text in tasks[number].texts]
            if not texts:
                continue
            found = self._reader.read(texts) if whole else self._reader.embed(texts)
            ends = np.cumsum([len(tasks[number].texts) for number in chosen])
            for number, end in zip(chosen, ends, strict=True):
                answers[number] = found[end - len(tasks[number].texts) : end]
        return [answers[number] for number in range(len(tasks))]


def _keywords(rules: Sequence[Rule]) -> tuple[Keyword, ...]:
    top = max((rule.weight for rule in rules), default=1.0)
    chosen = rules[:MAX_KEYWORDS]
    return tuple(Keyword(rule.text.en, rule.weight / top, "en") for rule in chosen)
