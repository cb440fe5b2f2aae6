"""Reading: the mood of texts and of situations, in batches off the event loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from servicekit.batching import Batcher
from services.mood.consulting import Consulting
from services.mood.domain import (
    MAX_KEYWORDS,
    Affect,
    Keyword,
    Model,
    MoodReader,
    Reading,
    RemoteReader,
    Sentence,
    SentenceLimits,
    Summary,
    Text,
    TextLimits,
    Vectors,
    Word,
    checked_sentences,
    checked_texts,
)
from services.mood.rules import VERSION, Rule
from services.mood.sensing import SituationSense, sense
from services.mood.situations import Situation
from services.mood.summarising import summary

SITUATION_MODEL = Model("situations", VERSION)


SENTENCE_LIMITS = SentenceLimits()
MOST_SENTENCES_AT_ONCE = 16
"""Sentences of a summary that are read before other calls have their turn."""

_Wanted = Literal["readings", "vectors", "words"]


@dataclass(frozen=True, slots=True)
class _Task:
    """One call's texts, and what it wants to have of them."""

    texts: tuple[Text, ...]
    wanted: _Wanted


@dataclass(frozen=True, slots=True)
class _Sum:
    """Sentences that were read and are to be summed up."""

    sentences: tuple[Sentence, ...]
    readings: tuple[Reading, ...]
    words: tuple[tuple[Word, ...], ...]


_Answer = list[Reading] | Vectors | list[tuple[Word, ...]] | Summary


class MoodReading:
    """Reads texts and situations for callers on the event loop.

    Where the reader is a `RemoteReader`, its other machine is waited for on a thread of its own,
    so that vectors, words and situations are had as quickly as without.
    """

    def __init__(
        self,
        reader: MoodReader,
        *,
        limits: TextLimits,
        max_batch: int,
        max_wait_seconds: float,
        max_queue: int,
        sentence_limits: SentenceLimits = SENTENCE_LIMITS,
    ) -> None:
        """Owns `reader` from now on; `close` closes it too."""
        self._reader = reader
        self._limits = limits
        self._sentence_limits = sentence_limits
        self._loaded = False
        self._batcher = Batcher[_Task | _Sum, _Answer](
            self._compute,
            max_batch=max_batch,
            max_wait_seconds=max_wait_seconds,
            max_queue=max_queue,
            name="mood",
        )
        self._read_here = reader.read
        self._consulting: Consulting | None = None
        if isinstance(reader, RemoteReader):
            self._read_here = reader.read_here
            self._consulting = Consulting(
                reader,
                max_batch=max_batch,
                max_wait_seconds=max_wait_seconds,
                max_queue=max_queue,
            )

    @property
    def model(self) -> Model:
        """What reads texts."""
        return self._reader.model

    async def warm_up(self) -> None:
        """Loads the reader and lets it answer once, on the thread that will do the reading.

        Another machine is not asked: it may be late or cost something, and is no part of this one.
        """
        await self._batcher.submit(_Task((Text("warm"), Text("따뜻한")), "readings"))

    async def read(self, texts: Sequence[str], language: str) -> list[Reading]:
        """Reads texts in the order given; raises `FieldError` if they break a limit."""
        return await self._read(checked_texts(texts, language, self._limits))

    async def summarize(self, sentences: Sequence[Sentence]) -> Summary:
        """Sums up sentences; raises `FieldError` if they break a limit.

        They are read some at a time, so that other calls need not wait for all of them.
        """
        texts = checked_sentences(sentences, self._sentence_limits)
        readings: list[Reading] = []
        words: list[tuple[Word, ...]] = []
        for start in range(0, len(texts), MOST_SENTENCES_AT_ONCE):
            some = texts[start : start + MOST_SENTENCES_AT_ONCE]
            readings += await self._read(some)
            words += cast(list[tuple[Word, ...]], await self._submit(_Task(tuple(some), "words")))
        task = _Sum(tuple(sentences), tuple(readings), tuple(words))
        return cast(Summary, await self._submit(task))

    async def embed(self, texts: Sequence[str], language: str) -> Vectors:
        """Embeds texts, shape (texts, 384); raises `FieldError` if they break a limit."""
        return await self._embed(checked_texts(texts, language, self._limits))

    async def read_situation(self, situation: Situation) -> tuple[Reading, SituationSense]:
        """What a situation calls for, and what said so.

        Raises `FieldError` for a value that is not allowed. The embedding is that of the phrases.
        """
        sensed = sense(situation)
        words = ", ".join(rule.text.en for rule in sensed.rules) or "an ordinary moment"
        vector = (await self._embed([Text(words, "en")]))[0]
        reading = Reading(
            language="en",
            moods=tuple(float(score) for score in sensed.moods),
            affect=Affect(sensed.valence, sensed.arousal, sensed.confidence),
            keywords=_keywords(sensed.rules),
            embedding=vector,
            understood_as=words,
        )
        return reading, sensed

    async def close(self) -> None:
        """Finishes what was taken and closes the reader."""
        await self._batcher.close()
        if self._consulting is not None:
            await self._consulting.close()
        self._reader.close()

    async def _read(self, texts: Sequence[Text]) -> list[Reading]:
        readings = cast(list[Reading], await self._submit(_Task(tuple(texts), "readings")))
        if self._consulting is None:
            return readings
        return await self._consulting.consulted(texts, readings)

    async def _embed(self, texts: Sequence[Text]) -> Vectors:
        return cast(Vectors, await self._submit(_Task(tuple(texts), "vectors")))

    async def _submit(self, task: _Task | _Sum) -> _Answer:
        return await self._batcher.submit(task)

    def _compute(self, tasks: list[_Task | _Sum]) -> list[_Answer]:
        """Answers several calls at once; runs on the batcher's thread."""
        if not self._loaded:
            self._reader.load()
            self._loaded = True
        answers: dict[int, _Answer] = {
            number: summary(task.sentences, task.readings, task.words)
            for number, task in enumerate(tasks)
            if isinstance(task, _Sum)
        }
        for wanted in get_args(_Wanted):
            chosen = {
                number: task.texts
                for number, task in enumerate(tasks)
                if isinstance(task, _Task) and task.wanted == wanted
            }
            answers |= self._answered(wanted, chosen)
        return [answers[number] for number in range(len(tasks))]

    def _answered(
        self, wanted: _Wanted, texts: Mapping[int, tuple[Text, ...]]
    ) -> dict[int, _Answer]:
        """What calls that want the same get, by their numbers; their texts are read together."""
        together = [text for own in texts.values() for text in own]
        if not together:
            return {}
        found = self._found(wanted, together)
        ends = np.cumsum([len(own) for own in texts.values()])
        return {
            number: found[end - len(own) : end]
            for (number, own), end in zip(texts.items(), ends, strict=True)
        }

    def _found(
        self, wanted: _Wanted, texts: list[Text]
    ) -> list[Reading] | Vectors | list[tuple[Word, ...]]:
        match wanted:
            case "readings":
                return self._read_here(texts)
            case "vectors":
                return self._reader.embed(texts)
            case "words":
                return self._reader.words(texts)


def _keywords(rules: Sequence[Rule]) -> tuple[Keyword, ...]:
    top = max((rule.weight for rule in rules), default=1.0)
    chosen = rules[:MAX_KEYWORDS]
    return tuple(Keyword(rule.text.en, rule.weight / top, "en") for rule in chosen)
