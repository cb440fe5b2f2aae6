"""What asking a model server comes to when it is away, slow, full, garbled or not trusted."""

import asyncio
import io
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import numpy as np
import pytest
from PIL import Image

from servicekit import calls
from servicekit.auth import TokenFileError
from servicekit.errors import ServiceError
from services.captioner.backends.remote import MAX_CHARACTERS, MAX_LINES, TokenFile, encoded, lines
from services.captioner.backends.torchserve import TorchServeWriter
from services.captioner.backends.wire import torchserve_pb2 as pb
from services.captioner.backends.wire import torchserve_pb2_grpc as rpc
from services.captioner.domain import Line, Pixels
from services.captioner.settings import Settings

PICTURE = np.full((40, 60, 3), 90, dtype=np.uint8)
GOOD = {"version": "7", "captions": [{"text": "a dog", "confidence": 0.5}]}

Answer = Callable[[grpc.aio.ServicerContext], Awaitable[bytes]]


class Server(rpc.InferenceAPIsServiceServicer):
    """Speaks TorchServe's protocol and answers as the test wants."""

    def __init__(self, answer: Answer, health: str = '{"status": "Healthy"}') -> None:
        self.answer = answer
        self.health = health
        self.asked = 0

    async def Ping(self, request: object, context: object) -> pb.TorchServeHealthResponse:
        return pb.TorchServeHealthResponse(health=self.health)

    async def Predictions(
        self, request: pb.PredictionsRequest, context: grpc.aio.ServicerContext
    ) -> pb.PredictionResponse:
        self.asked += 1
        return pb.PredictionResponse(prediction=await self.answer(context))


def saying(answer: object) -> Answer:
    async def say(context: grpc.aio.ServicerContext) -> bytes:
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    return say


def failing(code: grpc.StatusCode) -> Answer:
    async def fail(context: grpc.aio.ServicerContext) -> bytes:
        await context.abort(code, "secret path /models/x")

    return fail


@asynccontextmanager
async def writing(servicer: Server, **changed: object) -> AsyncIterator[TorchServeWriter]:
    server = grpc.aio.server()
    rpc.add_InferenceAPIsServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    chosen = {"backend": "torchserve", "server": f"127.0.0.1:{port}", **changed}
    writer = TorchServeWriter.opened(Settings.model_validate(chosen))
    yield writer
    await writer.close()
    await server.stop(None)


async def test_an_answer_becomes_lines_and_names_the_version() -> None:
    async with writing(Server(saying(GOOD))) as writer:
        assert writer.model.version == "unknown"
        assert await writer.write(PICTURE) == (Line("a dog", 0.5),)
        assert writer.model.version == "7"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.RESOURCE_EXHAUSTED),
        (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAVAILABLE),
        (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE),
    ],
)
async def test_a_failure_is_told_without_its_details_and_not_tried_again(
    code: grpc.StatusCode, told: grpc.StatusCode
) -> None:
    server = Server(failing(code))
    async with writing(server) as writer:
        with pytest.raises(ServiceError) as caught:
            await writer.write(PICTURE)
    assert caught.value.code is told
    assert "secret" not in str(caught.value)
    assert server.asked == 1


async def test_an_unavailable_server_is_asked_three_times() -> None:
    server = Server(failing(grpc.StatusCode.UNAVAILABLE))
    async with writing(server) as writer:
        with pytest.raises(ServiceError, match="cannot be reached") as caught:
            await writer.write(PICTURE)
    assert caught.value.retry_after_seconds == 1.0
    assert server.asked == 3


async def test_nobody_at_the_address_is_a_server_that_is_away() -> None:
    writer = TorchServeWriter.opened(Settings(backend="torchserve", server="127.0.0.1:1"))
    with pytest.raises(ServiceError, match="cannot be reached") as caught:
        await writer.write(PICTURE)
    assert caught.value.metadata == {"service": "captioner-server"}
    await writer.close()


async def sleepy(context: grpc.aio.ServicerContext) -> bytes:
    await asyncio.sleep(30)
    return b""


async def test_a_slow_server_is_given_its_seconds_and_no_more() -> None:
    async with writing(Server(sleepy), server_seconds=0.2) as writer:
        began = time.monotonic()
        with pytest.raises(
            ServiceError, match=r"no answer of the model server in 0\.2 s"
        ) as caught:
            await writer.write(PICTURE)
        assert time.monotonic() - began < 5
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE


async def test_the_callers_deadline_is_kept_where_it_is_shorter() -> None:
    async with writing(Server(sleepy), server_seconds=60) as writer:
        token = calls.deadline.set(time.monotonic() + 0.2)
        with pytest.raises(ServiceError) as caught:
            await writer.write(PICTURE)
        calls.deadline.reset(token)
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_beyond_the_queue_nobody_is_asked() -> None:
    server = Server(sleepy)
    async with writing(server, max_queue=2, server_seconds=1) as writer:
        outcomes = await asyncio.gather(
            *(writer.write(PICTURE) for _ in range(5)), return_exceptions=True
        )
    codes = [outcome.code.name for outcome in outcomes if isinstance(outcome, ServiceError)]
    assert sorted(codes) == ["RESOURCE_EXHAUSTED"] * 3 + ["UNAVAILABLE"] * 2


@pytest.mark.parametrize("answer", [b"", b"{}", b"\xff", [], {"captions": [1], "version": "1"}])
async def test_nonsense_is_not_understood(answer: object) -> None:
    async with writing(Server(saying(answer))) as writer:
        with pytest.raises(ServiceError, match="not understood"):
            await writer.write(PICTURE)


async def test_a_server_without_workers_is_away_until_it_has_some() -> None:
    server = Server(saying(GOOD), health='{"status": "Unhealthy"}')
    async with writing(server) as writer:
        with pytest.raises(ServiceError, match="no worker"):
            await writer.write(PICTURE)
        server.health = '{"status": "Healthy"}'
        assert await writer.write(PICTURE)


async def test_a_closed_writer_asks_nobody() -> None:
    async with writing(Server(saying(GOOD))) as writer:
        await writer.close()
        with pytest.raises(ServiceError, match="closed"):
            await writer.write(PICTURE)


def test_a_token_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("# ours\nfirst\n")
    token = TokenFile(file)
    assert token.metadata() == (("authorization", "Bearer first"),)
    file.write_text(json.dumps({"inference": {"key": "second"}, "API": {"key": "never"}}))
    os.utime(file, ns=(1, 1))
    assert token.metadata() == (("authorization", "Bearer second"),)
    file.unlink()
    assert token.metadata() == (("authorization", "Bearer second"),)


def test_a_token_file_that_is_being_written_is_no_token(tmp_path: Path) -> None:
    file = tmp_path / "key_file.json"
    whole = json.dumps({"management": {"key": "m"}, "inference": {"key": "first"}}, indent=2)
    file.write_text(whole[:30])
    with pytest.raises(TokenFileError, match="no token for inference"):
        TokenFile(file)
    file.write_text(whole)
    token = TokenFile(file)
    file.write_text(whole.replace("first", "second")[:30])
    os.utime(file, ns=(1, 1))
    assert token.metadata() == (("authorization", "Bearer first"),)
    file.write_text(whole.replace("first", "second"))
    assert token.metadata() == (("authorization", "Bearer second"),)


def test_a_token_file_that_is_missing_or_empty_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        TokenFile(tmp_path / "none")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(TokenFileError):
        TokenFile(tmp_path / "empty")


def test_odd_lines_are_left_out_and_the_rest_is_bounded() -> None:
    odd = [("", 0.5), ("x" * (MAX_CHARACTERS + 1), 0.5), (None, 0.5), ("nan", float("nan"))]
    assert lines([*odd, (" a dog ", 3)]) == (Line("a dog", 1.0),)
    assert len(lines([("again", 0.1)] * 20)) == MAX_LINES


@pytest.mark.parametrize("shape", [(1, 1), (20, 3000), (1000, 700)])
def test_pictures_travel_as_jpegs_of_at_most_640_pixels(shape: tuple[int, int]) -> None:
    picture: Pixels = np.full((*shape, 3), (10, 200, 30), dtype=np.uint8)
    with Image.open(io.BytesIO(encoded(picture))) as image:
        assert image.format == "JPEG"
        assert max(image.size) == min(640, max(shape))
        assert np.abs(np.asarray(image)[0, 0].astype(int) - (10, 200, 30)).max() <= 4
