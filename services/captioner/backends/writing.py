"""A captioner in two halves: one that sees tags and affect, and one that writes sentences."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

import grpc

from servicekit.errors import ServiceError
from services.captioner.domain import (
    Caption,
    Captioner,
    Line,
    Model,
    Note,
    Pixels,
    Sentence,
    Sight,
    Tag,
    Writer,
)
from services.captioner.lexicon import lexicon
from services.captioner.translating import in_korean

_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_END_MARKS = (".", "!", "?")

_log = logging.getLogger(__name__)


class WritingCaptioner:
    """Tags and affect from `lite`, captions from a writer; both look at the same time.

    A writer that is away for a while (a model server that says `UNAVAILABLE` or does not answer
    in time) is done without: the captions are then `lite`'s own, with the note
    `CAPTIONER_FALLBACK`. Any other failure of the writer is the caller's to know. Both halves are
    closed with the whole.

    Args:
        lite: What sees; its captions are the ones to fall back on.
        writer: What writes, in English.
    """

    def __init__(self, lite: Captioner, writer: Writer) -> None:
        self._lite = lite
        self._writer = writer

    @property
    def model(self) -> Model:
        """The writer's, whose words are read first."""
        return self._writer.model

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        """Says what one picture shows; its captions begin with `prompt` where the writer takes one.

        Raises:
            ServiceError: A queue is full, or the captioner is closed.
        """
        written = asyncio.ensure_future(self._written(picture, prompt))
        try:
            sight = await self._lite.look(picture, prompt)
            lines = await written
        finally:
            written.cancel()
            # It is over when the call is, and what it failed of beside `lite` is nobody's news.
            await asyncio.gather(written, return_exceptions=True)
        if lines is None:
            return replace(sight, notes=(*sight.notes, Note.CAPTIONER_FALLBACK))
        if not lines or not sight.tags:
            # Where the eyes see nothing, as in a black picture, a writer only makes things up.
            return sight
        # Parsing a long sentence may take a quarter of a second, too long for the event loop.
        captions = await asyncio.to_thread(_captions, lines)
        return replace(sight, tags=_tags(sight.tags, lines), captions=captions)

    async def _written(self, picture: Pixels, prompt: str) -> tuple[Line, ...] | None:
        """What the writer says, or None while it is away."""
        try:
            return await self._writer.write(picture, prompt)
        except ServiceError as error:
            if error.code not in _AWAY:
                raise
            _log.warning("the writer is away; lite captions instead: %s", error.message)
            return None

    async def close(self) -> None:
        """Closes both halves."""
        await asyncio.gather(self._writer.close(), self._lite.close())


def _captions(lines: Iterable[Line]) -> tuple[Caption, ...]:
    """The sentences in both languages; Korean that cannot be told from the English stays empty."""
    said = ((_sentence(line.text), line.confidence) for line in lines)
    return tuple(Caption(Sentence(en, in_korean(en) or ""), sure) for en, sure in said)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip() + ("" if text.endswith(_END_MARKS) else ".")


def _tags(seen: Iterable[Tag], lines: Iterable[Line]) -> tuple[Tag, ...]:
    """What is seen, and words of the captions that the eyes do not know, surest first."""
    tags = {tag.name: tag for tag in seen}
    for line in lines:
        for name in _named(line.text):
            if name not in tags:
                words = lexicon()
                tags[name] = Tag(name, words.korean(name), line.confidence, words.kind(name))
    return tuple(sorted(tags.values(), key=lambda tag: -tag.score))


def _named(text: str) -> Iterator[str]:
    """The lexicon's tags that a sentence says, in any form that the lexicon has of them."""
    words = lexicon()
    said = f" {' '.join(_words(text))} "
    forms: dict[str, tuple[str, ...]] = {look: (look,) for look in words.looks}
    forms |= {each.tag: (each.tag, each.one) for each in words.things.values()}
    forms |= {each.tag: (each.tag, each.one) for each in words.places.values()}
    forms |= {each.tag: (each.one, each.many) for each in words.subjects.values()}
    for tag, several in forms.items():
        if any(f" {_bare(form)} " in said for form in several):
            yield tag


def _words(text: str) -> Iterator[str]:
    return (word.strip(".,;:!?\"'") for word in text.lower().split())


def _bare(form: str) -> str:
    """Without its article."""
    return form.removeprefix("a ").removeprefix("an ").removeprefix("the ")
