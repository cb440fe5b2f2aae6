"""Watching: a decoder that was taken over makes the service do no more than any other."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from servicekit.sandbox import Sandbox
from servicekit.working import Worker
from services.captioner.backends.fake import FakeCaptioner, FakeFaceFinder
from services.captioner.captioning import Captioning
from services.captioner.domain import Scene, UnreadableMedia
from services.captioner.videos import VideoLimits
from services.captioner.watching import Watching

LIMITS = VideoLimits(max_seconds=60, max_frame_pixels=400_000, max_scenes=5)


@pytest.fixture
async def watching() -> AsyncIterator[Watching]:
    sandbox = Sandbox("tests.unit.captioner.lying_decoders", name="test")
    worker = Worker("test", 4)
    faces = FakeFaceFinder()
    captioning = Captioning(FakeCaptioner(), faces, sandbox, worker, max_image_pixels=1)
    yield Watching(captioning, sandbox, worker, LIMITS)
    sandbox.close()
    await worker.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"a video")
    return path


async def test_scenes_without_end_are_described_up_to_the_limit(
    watching: Watching, path: Path
) -> None:
    described = watching.describe(path, "mov")
    told = [await anext(described) for _ in range(LIMITS.max_scenes)]
    assert all(isinstance(news, Scene) for news in told)
    with pytest.raises(UnreadableMedia):
        await anext(described)


async def test_nothing_goes_on_decoding_once_whoever_asked_has_left(
    watching: Watching, path: Path
) -> None:
    async with aclosing(watching.describe(path, "mov")) as described:
        await anext(described)
        (zygote,) = psutil.Process().children()
        (child,) = zygote.children()
    assert psutil.wait_procs([child], timeout=5.0)[0] == [child]
