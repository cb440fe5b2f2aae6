"""What every captioner does, whichever model is behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from services.captioner.backends import open_captioner
from services.captioner.backends.fake import FakeCaptioner
from services.captioner.domain import Captioner, Pixels
from services.captioner.settings import Settings
from tests.unit.captioner.checkpoints_made import tiny_blip, tiny_git


def of_transformers(backend: Literal["blip", "transformers"], folder: Path) -> Captioner:
    return open_captioner(
        Settings(backend=backend, model=str(folder), device="cpu", max_new_tokens=5)
    )


# Each takes a folder of its own, and whatever it needs besides is made there.
MAKERS: dict[str, Callable[[Path], Captioner]] = {
    "lite": lambda _: open_captioner(Settings()),
    "fake": lambda _: FakeCaptioner(),
    "blip": lambda folder: of_transformers("blip", tiny_blip(folder)),
    "transformers": lambda folder: of_transformers("transformers", tiny_git(folder)),
}


def noise(height: int, width: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


PICTURES = {
    "noise": noise(90, 120),
    "tall": noise(640, 20),
    "one pixel": noise(1, 1),
    "black": np.zeros((64, 64, 3), dtype=np.uint8),
    "white": np.full((64, 64, 3), 255, dtype=np.uint8),
}


@pytest.fixture(params=MAKERS)
async def captioner(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Captioner]:
    made = MAKERS[request.param](tmp_path)
    yield made
    await made.close()


@pytest.mark.parametrize("name", PICTURES)
async def test_whatever_is_shown_is_seen_in_range(captioner: Captioner, name: str) -> None:
    sight = await captioner.look(PICTURES[name])
    assert sight.tags or name not in ("noise", "tall")
    assert all(0.0 <= tag.score <= 1.0 for tag in sight.tags)
    assert -1.0 <= sight.affect.valence <= 1.0
    assert -1.0 <= sight.affect.arousal <= 1.0
    assert 0.0 <= sight.affect.confidence <= 1.0


async def test_tags_come_surest_first_each_once_and_in_both_languages(
    captioner: Captioner,
) -> None:
    tags = (await captioner.look(PICTURES["noise"])).tags
    assert [tag.score for tag in tags] == sorted((tag.score for tag in tags), reverse=True)
    assert len({tag.name for tag in tags}) == len(tags)
    assert all(tag.name and tag.korean for tag in tags)


async def test_the_same_picture_is_seen_the_same_twice(captioner: Captioner) -> None:
    first = await captioner.look(PICTURES["noise"])
    assert await captioner.look(PICTURES["noise"]) == first


async def test_pictures_looked_at_together_are_seen_as_if_alone(captioner: Captioner) -> None:
    pictures = [noise(50, 70, seed) for seed in range(6)]
    together = await asyncio.gather(*(captioner.look(picture) for picture in pictures))
    alone = [await captioner.look(picture) for picture in pictures]
    for first, second in zip(together, alone, strict=True):
        scores = {tag.name: tag.score for tag in second.tags}
        assert all(tag.score == pytest.approx(scores[tag.name], abs=1e-4) for tag in first.tags)
        assert first.affect.valence == pytest.approx(second.affect.valence, abs=1e-4)
        assert [caption.sentence for caption in first.captions] == [
            caption.sentence for caption in second.captions
        ]


async def test_captions_are_sentences_with_a_confidence_in_range(captioner: Captioner) -> None:
    captions = (await captioner.look(PICTURES["noise"])).captions
    assert all(0.0 <= caption.confidence <= 1.0 for caption in captions)
    assert all(caption.sentence.en.strip() for caption in captions)
    assert len({caption.sentence.en for caption in captions}) == len(captions)


async def test_a_captioner_names_itself(captioner: Captioner) -> None:
    assert captioner.model.name
    assert captioner.model.version


async def test_a_closed_captioner_looks_at_nothing(captioner: Captioner) -> None:
    await captioner.close()
    with pytest.raises(Exception, match=r"closed|shutting down"):
        await captioner.look(PICTURES["noise"])
