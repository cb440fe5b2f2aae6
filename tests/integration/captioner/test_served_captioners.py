"""What every captioner does, done with the sentences of model servers that really run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import torch

from deploy.torchserve.captioner.handler import CaptionModel
from services.captioner.backends import open_captioner
from services.captioner.domain import Captioner
from services.captioner.settings import Settings
from tests.contract.captioner import test_captioners as contract
from tests.integration.captioner.open_inference_server import OpenInferenceServer, serving
from tests.integration.captioner.torchserve_command import TorchServeCommand

for _name, _check in vars(contract).items():
    if _name.startswith("test_"):
        globals()[_name] = _check


@pytest.fixture(params=["torchserve", "torchserve's open_inference", "open_inference"])
async def captioner(request: pytest.FixtureRequest, tiny_folder: Path) -> AsyncIterator[Captioner]:
    """Like the contract's own fixture, which it stands in for."""
    if request.param == "open_inference":
        model = CaptionModel(tiny_folder, torch.device("cpu"), 6)
        async with serving(OpenInferenceServer(model)) as address:
            made = open_captioner(Settings(backend="open_inference", server=address))
            yield made
            await made.close()
        return
    command: TorchServeCommand = request.getfixturevalue("torchserve")
    backend = request.param.rpartition(" ")[-1]
    made = open_captioner(command.settings(backend=backend))
    yield made
    await made.close()


async def test_the_sentence_is_the_servers(captioner: Captioner) -> None:
    sight = await captioner.look(contract.PICTURES["noise"], "a photo of")
    assert sight.captions[0].sentence.en.startswith("A photo of")
    assert captioner.model.name.endswith(":captioner")
