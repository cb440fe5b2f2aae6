"""Whoever hangs up leaves the service free for others, whatever the file does to its decoder."""

import asyncio
import io
import threading
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest

from servicekit.sandbox import Limits as SandboxLimits
from servicekit.sandbox import Sandbox
from servicekit.serving import serving
from services.audio_features.assembly import service
from services.audio_features.backends.decoding import Decoder, Limits
from services.audio_features.backends.fake import READABLE, FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import Abandoned, Analysis, Media
from services.audio_features.settings import AudioFeaturesSettings
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2

HANGING = "tests.integration.audio_features.hanging_decoder"
FLAC = b"fLaC" + bytes(60)


class DecodingAnalyzer(FakeAnalyzer):
    """Decodes what it is given, and makes the rest up."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder
        self.begun: list[str] = []
        self.abandoned = threading.Event()

    def analyze(self, media: Media, frames: Any = (), is_abandoned: Any = None) -> Analysis:
        self.begun.append("decoding")
        try:
            self.decoder.decode(media, is_abandoned or (lambda: False))
        except Abandoned:
            self.abandoned.set()
            raise
        return super().analyze(READABLE, frames)


@pytest.fixture
def analyzer() -> Iterator[DecodingAnalyzer]:
    sandbox = Sandbox(HANGING, SandboxLimits(seconds=600), name="test")
    made = DecodingAnalyzer(Decoder(sandbox, Limits(max_bytes=1 << 20, max_seconds=60)))
    yield made
    made.decoder.close()


@asynccontextmanager
async def served(analyzer: DecodingAnalyzer, folder: Path) -> AsyncIterator[Any]:
    settings = AudioFeaturesSettings(
        port=0, metrics_port=0, grace_seconds=0, workers=1, scratch_dir=folder
    )
    async with (
        serving(settings, service(settings, analyzer, FakeStore())) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.AudioFeaturesServiceStub(channel)


def upload(media: bytes) -> list[pb.AnalyzeAudioRequest]:
    return [pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=media))]


def uploads(folder: Path) -> int:
    return len(list(folder.glob("*/media")))


def a_wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes(bytes(2 * 22_050))
    return buffer.getvalue()


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.01)


def decoders() -> set[int]:
    """The children of the processes that decode: one per job."""
    zygotes = psutil.Process().children()
    return {child.pid for zygote in zygotes for child in zygote.children()}


async def test_a_hung_file_holds_the_only_worker_no_longer_than_its_caller(
    analyzer: DecodingAnalyzer, tmp_path: Path
) -> None:
    async with served(analyzer, tmp_path) as stub:
        before, begun = decoders(), len(analyzer.begun)
        hung = stub.AnalyzeAudio(upload(FLAC))
        await until(lambda: len(analyzer.begun) > begun and bool(decoders() - before))
        hung.cancel()
        answer = await asyncio.wait_for(stub.AnalyzeAudio(upload(a_wav())), 10)
        assert answer.analysis_id
        assert analyzer.abandoned.is_set()
        await until(lambda: decoders() <= before)
    assert uploads(tmp_path) == 0


async def test_a_deadline_frees_the_worker_as_hanging_up_does(
    analyzer: DecodingAnalyzer, tmp_path: Path
) -> None:
    async with served(analyzer, tmp_path) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.AnalyzeAudio(upload(FLAC), timeout=1)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert await asyncio.wait_for(stub.AnalyzeAudio(upload(a_wav())), 10)


async def test_what_still_waits_when_its_caller_leaves_is_never_begun(
    analyzer: DecodingAnalyzer, tmp_path: Path
) -> None:
    async with served(analyzer, tmp_path) as stub:
        begun = len(analyzer.begun)
        hung = stub.AnalyzeAudio(upload(FLAC))
        await until(lambda: len(analyzer.begun) == begun + 1)
        queued = stub.AnalyzeAudio(upload(FLAC + b" two"))
        await until(lambda: uploads(tmp_path) == 2)
        queued.cancel()
        await until(lambda: uploads(tmp_path) == 1)
        hung.cancel()
        assert await asyncio.wait_for(stub.AnalyzeAudio(upload(a_wav())), 10)
    assert len(analyzer.begun) == begun + 2
