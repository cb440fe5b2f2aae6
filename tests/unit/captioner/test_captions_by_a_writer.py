"""A captioner whose tags come from `lite` and whose captions come from a writer."""

import asyncio
import logging

import grpc
import numpy as np
import pytest

from servicekit.errors import ServiceError, queue_full, unavailable
from services.captioner.backends.fake import FakeCaptioner
from services.captioner.backends.writing import WritingCaptioner
from services.captioner.domain import (
    Affect,
    Caption,
    Kind,
    Line,
    Model,
    Note,
    Pixels,
    Sentence,
    Sight,
    Tag,
)
from vts.errors.v1.error_reason_pb2 import ErrorReason

PICTURE = np.full((8, 8, 3), 200, dtype=np.uint8)
OWN = Caption(Sentence("A snowy place.", "눈 덮인 곳입니다."), 0.6)


class Lite(FakeCaptioner):
    """Sees what the fake sees, and has a caption of its own."""

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        seen = await super().look(picture, prompt)
        return Sight(seen.tags, seen.affect, (OWN,))


class Words:
    """A writer that says what it was given, or fails as it was told."""

    def __init__(self, *lines: Line, failure: Exception | None = None) -> None:
        self.lines = lines
        self.failure = failure
        self.closed = False
        self.prompts: list[str] = []

    @property
    def model(self) -> Model:
        return Model("words", "1")

    async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
        self.prompts.append(prompt)
        if self.failure:
            raise self.failure
        return self.lines

    async def close(self) -> None:
        self.closed = True


async def test_captions_are_the_writers_in_both_languages() -> None:
    writer = Words(Line("a dog runs on the beach", 0.8), Line("a dog", 0.5))
    sight = await WritingCaptioner(Lite(), writer).look(PICTURE, "a dog")
    assert [caption.sentence.en for caption in sight.captions] == [
        "A dog runs on the beach.",
        "A dog.",
    ]
    assert [caption.confidence for caption in sight.captions] == [0.8, 0.5]
    assert "개" in sight.captions[0].sentence.ko
    assert writer.prompts == ["a dog"]


async def test_korean_that_cannot_be_told_from_english_is_left_to_the_facts() -> None:
    sight = await WritingCaptioner(Lite(), Words(Line("a quux frobs the baz", 0.8))).look(PICTURE)
    assert sight.captions[0].sentence == Sentence("A quux frobs the baz.", "")


async def test_words_of_captions_that_lite_does_not_know_become_tags() -> None:
    writer = Words(Line("two dogs run in the snow with a ball.", 0.7), Line("flowers", 0.4))
    sight = await WritingCaptioner(Lite(), writer).look(PICTURE)
    tags = {tag.name: tag for tag in sight.tags}
    assert tags["dog"] == Tag("dog", "개", 0.7, Kind.OBJECT)
    assert tags["ball"].score == 0.7
    assert tags["flower"].score == 0.4
    lite = {tag.name: tag for tag in (await Lite().look(PICTURE)).tags}
    assert tags["snow"] == lite["snow"]
    assert list(sight.tags) == sorted(sight.tags, key=lambda tag: -tag.score)


async def test_a_writer_with_nothing_to_say_is_not_away() -> None:
    sight = await WritingCaptioner(Lite(), Words()).look(PICTURE)
    assert sight == await Lite().look(PICTURE)


async def test_affect_is_lites() -> None:
    sight = await WritingCaptioner(Lite(), Words(Line("a dog", 0.8))).look(PICTURE)
    assert sight.affect == (await Lite().look(PICTURE)).affect


AWAY = ServiceError(
    grpc.StatusCode.DEADLINE_EXCEEDED, ErrorReason.ERROR_REASON_UNSPECIFIED, "too slow"
)


@pytest.mark.parametrize("failure", [unavailable("server", "it is away"), AWAY])
async def test_a_server_that_is_away_leaves_lites_captions(
    failure: ServiceError, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        sight = await WritingCaptioner(Lite(), Words(failure=failure)).look(PICTURE)
    assert sight.captions == (OWN,)
    assert sight.notes == (Note.CAPTIONER_FALLBACK,)
    assert failure.message in caplog.text


@pytest.mark.parametrize("failure", [queue_full("writer"), RuntimeError("out of memory")])
async def test_other_failures_are_the_callers_to_know(failure: Exception) -> None:
    with pytest.raises(type(failure)):
        await WritingCaptioner(Lite(), Words(failure=failure)).look(PICTURE)


async def test_where_lite_sees_nothing_a_writer_is_not_believed() -> None:
    class Blind(FakeCaptioner):
        async def look(self, picture: Pixels, prompt: str = "") -> Sight:
            return Sight((), Affect(0.0, 0.0, 0.0))

    sight = await WritingCaptioner(Blind(), Words(Line("a bright beach", 0.9))).look(PICTURE)
    assert sight == Sight((), Affect(0.0, 0.0, 0.0))


async def test_both_look_at_the_same_time() -> None:
    together = asyncio.Barrier(2)

    class Slow(Words):
        async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
            await together.wait()
            return await super().write(picture, prompt)

    class SlowLite(Lite):
        async def look(self, picture: Pixels, prompt: str = "") -> Sight:
            await together.wait()
            return await super().look(picture, prompt)

    async with asyncio.timeout(5):
        await WritingCaptioner(SlowLite(), Slow(Line("a dog", 0.5))).look(PICTURE)


async def test_a_caller_who_leaves_leaves_the_writer_too() -> None:
    begun, left = asyncio.Event(), asyncio.Event()

    class Endless(Words):
        async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
            return ()

    call = asyncio.create_task(WritingCaptioner(Lite(), Endless()).look(PICTURE))
    async with asyncio.timeout(5):
        await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(5):
        await left.wait()


async def test_nothing_is_written_any_more_once_lite_refused() -> None:
    begun, left = asyncio.Event(), asyncio.Event()

    class Endless(Words):
        async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
            return ()

    class Full(Lite):
        async def look(self, picture: Pixels, prompt: str = "") -> Sight:
            await begun.wait()
            raise queue_full("lite")

    async with asyncio.timeout(5):
        with pytest.raises(ServiceError, match="lite"):
            await WritingCaptioner(Full(), Endless()).look(PICTURE)
    assert left.is_set()


async def test_both_halves_are_closed() -> None:
    lite, writer = Lite(), Words()
    await WritingCaptioner(lite, writer).close()
    assert lite.closed
    assert writer.closed
