"""Retells English captions in Korean by a translation model, where grammar and glossary cannot.

A sentence that could not be translated keeps its English alone, and the answer has the note
`TRANSLATION_MISSING` if the model was to blame: the rest of it is worth having.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from services.captioner.domain import (
    Caption,
    Captioner,
    EventFinder,
    Events,
    Model,
    Note,
    Pixels,
    Sentence,
    Sight,
)

_log = logging.getLogger(__name__)


class Translator(Protocol):
    """Whatever puts one English sentence into Korean; callers may ask for many at a time."""

    async def translate(self, english: str) -> str:
        """The sentence in Korean, or nothing where what came out is no Korean sentence."""
        ...

    async def close(self) -> None:
        """Releases the model."""
        ...


@dataclass(frozen=True, slots=True)
class Retold:
    """Captions, with as much Korean as could be had, and whether some is missing by a failure."""

    captions: tuple[Caption, ...]
    is_missing: bool = False


class Retelling:
    """A translator with a time limit, and a memory of what it said.

    Args:
        translator: Closed with the whole.
        everything: Also translates what grammar and glossary have put into Korean already.
        seconds: Longest wait for the sentences of one picture.
        cached: Most sentences that are remembered.
    """

    def __init__(
        self, translator: Translator, *, everything: bool, seconds: float, cached: int
    ) -> None:
        self._translator = translator
        self._everything = everything
        self._seconds = seconds
        self._cached = cached
        self._said: OrderedDict[str, str] = OrderedDict()

    async def retold(self, captions: Sequence[Caption]) -> Retold:
        """The same captions, in Korean too; never raises what the translator raises."""
        wanted = dict.fromkeys(
            each.sentence.en for each in captions if self._everything or not each.sentence.ko
        )
        known = {en: self._recalled(en) for en in wanted if en in self._said}
        fresh = await self._translated([en for en in wanted if en not in known])
        korean = known | fresh
        told = (self._with_korean(each, korean.get(each.sentence.en, "")) for each in captions)
        return Retold(tuple(told), is_missing=len(korean) < len(wanted))

    async def close(self) -> None:
        """Closes the translator."""
        await self._translator.close()

    async def _translated(self, sentences: Sequence[str]) -> dict[str, str]:
        """What the translator says of sentences; those that it failed at are left out."""
        tasks = {en: asyncio.ensure_future(self._translator.translate(en)) for en in sentences}
        if not tasks:
            return {}
        try:
            await asyncio.wait(tasks.values(), timeout=self._seconds)
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
        said = {en: task.result() for en, task in tasks.items() if self._is_said(task)}
        self._said |= said
        while len(self._said) > self._cached:
            self._said.popitem(last=False)
        return said

    def _is_said(self, task: "asyncio.Future[str]") -> bool:
        if task.cancelled():
            _log.warning("a translation took more than %g s", self._seconds)
        elif (failure := task.exception()) is not None:
            _log.warning("a caption could not be translated", exc_info=failure)
        else:
            return True
        return False

    def _recalled(self, english: str) -> str:
        self._said.move_to_end(english)
        return self._said[english]

    @staticmethod
    def _with_korean(caption: Caption, korean: str) -> Caption:
        if not korean:
            return caption
        return replace(caption, sentence=Sentence(caption.sentence.en, korean))


class RetoldCaptioner:
    """A captioner whose captions are retold in Korean.

    Args:
        captioner: Sees and writes; closed with the whole.
        retelling: Closed with the whole.
        least_confidence: Captions less sure than this are not told, so not translated either.
    """

    def __init__(
        self, captioner: Captioner, retelling: Retelling, *, least_confidence: float
    ) -> None:
        self._captioner = captioner
        self._retelling = retelling
        self._least_confidence = least_confidence

    @property
    def model(self) -> Model:
        """The captioner's: what is said is its business."""
        return self._captioner.model

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        """Says what one picture shows, in both languages as far as can be."""
        sight = await self._captioner.look(picture, prompt)
        sure = [each for each in sight.captions if each.confidence >= self._least_confidence]
        retold = await self._retelling.retold(sure)
        notes = (*sight.notes, Note.TRANSLATION_MISSING) if retold.is_missing else sight.notes
        return replace(sight, captions=retold.captions, notes=notes)

    async def close(self) -> None:
        """Closes both."""
        await asyncio.gather(self._captioner.close(), self._retelling.close())


class RetoldEvents:
    """A finder of events whose captions are retold in Korean.

    Args:
        finder: Closed with the whole.
        retelling: The captioner's own, which closes it.
    """

    def __init__(self, finder: EventFinder, retelling: Retelling) -> None:
        self._finder = finder
        self._retelling = retelling

    @property
    def model(self) -> Model:
        """The finder's."""
        return self._finder.model

    async def find(self, path: Path, demuxer: str) -> Events:
        """Finds events, told in both languages as far as can be."""
        found = await self._finder.find(path, demuxer)
        retold = await self._retelling.retold([event.caption for event in found.events])
        events = tuple(
            replace(event, caption=caption)
            for event, caption in zip(found.events, retold.captions, strict=True)
        )
        notes = (*found.notes, Note.TRANSLATION_MISSING) if retold.is_missing else found.notes
        return Events(events, notes)

    async def close(self) -> None:
        """Closes the finder."""
        await self._finder.close()
