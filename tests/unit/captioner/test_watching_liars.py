"""Watching: a decoder that was taken over makes the service do no more than any other."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import grpc
import psutil
import pytest

from servicekit.sandbox import Sandbox
from servicekit.serving import serving
from servicekit.working import Worker
from services.captioner import isolation
from services.captioner.assembly import assembled
from services.captioner.backends.fake import FakeCaptioner, FakeFaceFinder
from services.captioner.captioning import Captioning
from services.captioner.domain import Scene, UnreadableMedia
from services.captioner.settings import Settings
from services.captioner.videos import VideoLimits
from services.captioner.watching import Watching
from tests.unit.captioner.pictures_made import WHITE, encoded, plain
from vts.captioner.v1 import captioner_service_pb2 as pb
from vts.captioner.v1 import captioner_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2

LIARS = "tests.unit.captioner.lying_decoders"
LIMITS = VideoLimits(max_seconds=60, max_frame_pixels=400_000, max_scenes=5)


@pytest.fixture
async def watching() -> AsyncIterator[Watching]:
    sandbox = Sandbox(LIARS, name="test")
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


def decoding() -> list[psutil.Process]:
    """The processes that decode now: those that the forking process of the liars forked."""
    forking = [each for each in psutil.Process().children() if LIARS in each.cmdline()]
    return [child for each in forking for child in each.children()]


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
        (child,) = decoding()
    assert psutil.wait_procs([child], timeout=5.0)[0] == [child]


def until_one_decodes() -> None:
    """Waits for a child of the forking process."""
    end = time.monotonic() + 10
    while not decoding():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


async def test_a_video_that_says_nothing_keeps_no_photo_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(isolation, "MODULE", LIARS)
    settings = Settings(port=0, metrics_port=0, grace_seconds=0, decode_threads=1)
    service = assembled(settings, FakeCaptioner(), FakeFaceFinder())
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        stub = rpc.CaptionerServiceStub(channel)
        avi = media_pb2.MediaChunk(data=b"RIFF\0\0\0\0AVI LIST" + bytes(100))
        silent = stub.DescribeVideo(iter([pb.DescribeVideoRequest(chunk=avi)]))
        await asyncio.to_thread(until_one_decodes)
        photo = pb.DescribeImageRequest(image=encoded(plain(WHITE)))
        assert (await stub.DescribeImage(photo, timeout=10)).description.caption.en
        silent.cancel()
