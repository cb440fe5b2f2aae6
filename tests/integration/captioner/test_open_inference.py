"""Captions by a server of the Open Inference Protocol."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from services.captioner.settings import Settings
from tests.integration.captioner.open_inference_server import OpenInferenceServer, serving

PICTURE = np.random.default_rng(5).integers(0, 255, (50, 70, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def model(tiny_folder: Path) -> CaptionModel:
    return CaptionModel(tiny_folder, torch.device("cpu"), 6)


@asynccontextmanager
async def writing(
    server: OpenInferenceServer, **changed: object
) -> AsyncIterator[OpenInferenceWriter]:
    async with serving(server) as address:
        chosen = {"backend": "open_inference", "server": address, **changed}
        writer = OpenInferenceWriter.opened(Settings.model_validate(chosen))
        yield writer
        await writer.close()


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("prompt", ["", "a photo of"])
async def test_tensors_of_any_rank_raw_or_typed_carry_the_sentence(
    model: CaptionModel, rank: int, raw: bool, prompt: str
) -> None:
    photo = Image.open(io.BytesIO(encoded(PICTURE))).convert("RGB")
    wanted = model.captions([photo], prompt)[0]
    server = OpenInferenceServer(model, rank=rank, raw=raw)
    async with writing(server) as writer:
        (line,) = await writer.write(PICTURE, prompt)
        assert writer.model.version == "3"
    assert line.text == wanted.text
    assert line.confidence == pytest.approx(wanted.confidence, abs=1e-5)


async def test_a_model_without_prompts_gets_none(model: CaptionModel) -> None:
    server = OpenInferenceServer(model, prompts=False)
    async with writing(server) as writer:
        assert await writer.write(PICTURE, "a photo of")
    assert [tensor.name for tensor in server.requests[0].inputs] == ["image"]


async def test_a_model_that_is_still_loading_is_away_until_it_is_ready(
    model: CaptionModel,
) -> None:
    server = OpenInferenceServer(model, ready=False)
    async with writing(server) as writer:
        with pytest.raises(ServiceError, match="not loaded") as caught:
            await writer.write(PICTURE)
        assert caught.value.code is grpc.StatusCode.UNAVAILABLE
        server.ready = True
        assert await writer.write(PICTURE)


async def test_an_answer_that_is_cut_short_is_not_understood(model: CaptionModel) -> None:
    class CutShort(OpenInferenceServer):
        def _answer(self, text: bytes, confidence: float):
            answer = super()._answer(text, confidence)
            answer.raw_output_contents[0] = answer.raw_output_contents[0][:-1]
            return answer

    async with writing(CutShort(model)) as writer:
        with pytest.raises(ServiceError, match="not understood"):
            await writer.write(PICTURE)


async def test_a_server_of_another_protocol_is_named_as_such() -> None:
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    settings = Settings(backend="open_inference", server=f"127.0.0.1:{port}")
    writer = OpenInferenceWriter.opened(settings)
    with pytest.raises(ServiceError, match="does not speak the protocol"):
        await writer.write(PICTURE)
    await writer.close()
    await server.stop(None)
