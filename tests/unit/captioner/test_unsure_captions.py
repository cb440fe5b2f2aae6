"""A caption that is not sure enough gives way to facts, and so does Korean that nobody can tell."""

import numpy as np
import pytest

from servicekit.sandbox import Limits, Sandbox
from servicekit.working import Worker
from services.captioner.backends.fake import FakeCaptioner, FakeFaceFinder
from services.captioner.captioning import Captioning
from services.captioner.domain import Caption, Description, Pixels, Sentence, Sight

BRIGHT = np.full((48, 64, 3), 240, np.uint8)


class Saying(FakeCaptioner):
    """Sees what the fake sees, and says what it is told to."""

    def __init__(self, *captions: Caption) -> None:
        super().__init__()
        self._said = captions

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        sight = await super().look(picture, prompt)
        return Sight(sight.tags, sight.affect, self._said)


async def described(*captions: Caption) -> Description:
    worker = Worker("test", 4, 1)
    # Pixels are given as they are, so the sandbox is never started.
    sandbox = Sandbox("services.captioner.decoding", Limits(), name="test")
    captioning = Captioning(
        Saying(*captions),
        FakeFaceFinder(),
        sandbox,
        worker,
        max_image_pixels=10_000,
        least_confidence=0.5,
    )
    try:
        return await captioning.describe(BRIGHT)
    finally:
        await worker.close()


async def facts() -> Sentence:
    plain = await described()
    assert plain.caption.sentence.ko
    return plain.caption.sentence


SURE = Caption(Sentence("A dog runs.", "개가 달리고 있습니다."), 0.7)
UNSURE = Caption(Sentence("A cat sits.", "고양이가 앉아 있습니다."), 0.4)


async def test_an_unsure_caption_gives_way_to_the_facts() -> None:
    assert (await described(UNSURE)).caption.sentence == await facts()


async def test_a_sure_caption_is_told_and_unsure_ones_are_not_among_the_others() -> None:
    description = await described(SURE, UNSURE)
    assert description.caption == SURE
    assert description.alternatives == ()


async def test_korean_that_could_not_be_told_tells_the_facts() -> None:
    quux = Caption(Sentence("A quux frobs.", ""), 0.9)
    sentence = (await described(quux)).caption.sentence
    assert sentence.en == "A quux frobs."
    assert sentence.ko == (await facts()).ko


@pytest.mark.parametrize("confidence", [0.5, 1.0])
async def test_the_least_confidence_is_enough(confidence: float) -> None:
    said = Caption(SURE.sentence, confidence)
    assert (await described(said)).caption == said
