"""Captions by a TorchServe that really runs."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import numpy as np
import pytest
import torch
from PIL import Image

from deploy.torchserve.captioner.handler import CaptionModel
from servicekit.errors import ServiceError
from services.captioner.backends.open_inference import OpenInferenceWriter
from services.captioner.backends.remote import encoded
from services.captioner.backends.torchserve import TorchServeWriter
from services.captioner.backends.wire import torchserve_pb2 as pb
from services.captioner.backends.wire import torchserve_pb2_grpc as rpc
from services.captioner.domain import Line, Pixels
from tests.integration.captioner.conftest import MAX_TOKENS
from tests.integration.captioner.torchserve_command import TorchServeCommand

PROMPT = "a photo of"


def noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (50, 70, 3), dtype=np.uint8)


@pytest.fixture
async def writer(torchserve: TorchServeCommand) -> AsyncIterator[TorchServeWriter]:
    opened = TorchServeWriter.opened(torchserve.settings())
    yield opened
    await opened.close()


@pytest.fixture
async def open_writer(torchserve: TorchServeCommand) -> AsyncIterator[OpenInferenceWriter]:
    opened = OpenInferenceWriter.opened(torchserve.settings(backend="open_inference"))
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def in_process(tiny_folder: Path) -> CaptionModel:
    return CaptionModel(tiny_folder, torch.device("cpu"), MAX_TOKENS)


def expected(model: CaptionModel, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
    photo = Image.open(io.BytesIO(encoded(picture))).convert("RGB")
    caption = model.captions([photo], prompt)[0]
    return (Line(caption.text, caption.confidence),)


def rounded(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines as far as two batches of different sizes agree."""
    return tuple(Line(line.text, round(line.confidence, 3)) for line in lines)


@pytest.mark.parametrize("prompt", ["", PROMPT])
async def test_both_protocols_tell_what_the_model_writes_in_process(
    writer: TorchServeWriter,
    open_writer: OpenInferenceWriter,
    in_process: CaptionModel,
    prompt: str,
) -> None:
    wanted = expected(in_process, noise(1), prompt)
    assert wanted[0].text.startswith(prompt)
    for each in (writer, open_writer):
        assert rounded(await each.write(noise(1), prompt)) == rounded(wanted)


async def test_the_version_is_that_of_the_weights(
    writer: TorchServeWriter, open_writer: OpenInferenceWriter, tiny_folder: Path
) -> None:
    from deploy.torchserve.archive import version_of, weights_of

    await asyncio.gather(writer.write(noise(0)), open_writer.write(noise(0)))
    assert writer.model.version == version_of(weights_of(tiny_folder))
    assert open_writer.model.version == writer.model.version


async def test_eight_pictures_at_once_are_one_batch_and_each_gets_its_own_sentence(
    writer: TorchServeWriter, in_process: CaptionModel, torchserve: TorchServeCommand
) -> None:
    await writer.write(noise(0))
    before = [torchserve.metric(name) for name in ("CaptionBatches", "CaptionsWritten")]
    answers = await asyncio.gather(*(writer.write(noise(seed)) for seed in range(8)))
    for seed, answer in enumerate(answers):
        assert rounded(answer) == rounded(expected(in_process, noise(seed)))
    assert len(set(answers)) > 4
    torchserve.wait_for(lambda: torchserve.metric("CaptionsWritten") == before[1] + 8)
    assert torchserve.metric("CaptionBatches") == before[0] + 1


async def test_a_broken_picture_fails_alone(torchserve: TorchServeCommand) -> None:
    key = json.loads(torchserve.plan.token_file.read_text())["inference"]["key"]
    whole = encoded(noise(3))
    pictures = [whole, whole[: len(whole) // 2], b"", b"GIF89a", encoded(noise(4))]
    async with grpc.aio.insecure_channel(torchserve.settings().server) as channel:
        stub = rpc.InferenceAPIsServiceStub(channel)
        calls = [
            stub.Predictions(
                pb.PredictionsRequest(model_name="captioner", input={"image": picture}),
                metadata=(("authorization", f"Bearer {key}"),),
                timeout=60,
            )
            for picture in pictures
        ]
        answers = [json.loads((await call).prediction) for call in calls]
    reasons = [answer.get("error", {}).get("reason") for answer in answers]
    assert reasons == [None, "IMAGE_UNREADABLE", "IMAGE_MISSING", "IMAGE_UNREADABLE", None]
    assert all(answers[place]["captions"][0]["text"] for place in (0, 4))


async def test_a_wrong_token_is_refused_and_a_right_one_is_taken_without_a_restart(
    torchserve: TorchServeCommand, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("wrong\n")
    writer = TorchServeWriter.opened(torchserve.settings(server_token_file=file))
    with pytest.raises(ServiceError, match="refuses our token") as caught:
        await writer.write(noise(0))
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE
    assert "wrong" not in str(caught.value)
    file.write_bytes(torchserve.plan.token_file.read_bytes())
    assert await writer.write(noise(0))
    await writer.close()


@pytest.mark.parametrize("kind", [TorchServeWriter, OpenInferenceWriter])
async def test_a_model_that_is_not_there_is_a_server_that_failed(
    torchserve: TorchServeCommand, kind: type[TorchServeWriter] | type[OpenInferenceWriter]
) -> None:
    writer = kind.opened(torchserve.settings(server_model="unknown"))
    with pytest.raises(ServiceError, match="failed") as caught:
        await writer.write(noise(0))
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE
    await writer.close()


async def test_prometheus_sees_requests_batches_and_times(
    writer: TorchServeWriter, torchserve: TorchServeCommand
) -> None:
    await writer.write(noise(0))
    names = ("ts_inference_requests_total", "CaptionBatches", "PredictionTime")
    torchserve.wait_for(lambda: all(torchserve.metric(name) > 0 for name in names))


def test_every_port_is_on_loopback(torchserve: TorchServeCommand) -> None:
    listening = [
        connection.laddr.ip
        for process in torchserve.started()
        for connection in process.net_connections("inet")
        if connection.status == "LISTEN"
    ]
    assert len(listening) == 5
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}
