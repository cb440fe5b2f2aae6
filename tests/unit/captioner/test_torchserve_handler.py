"""TorchServe's handler, without TorchServe."""

import base64
import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from deploy.torchserve.captioner import handler as module
from deploy.torchserve.captioner.handler import CaptionHandler, CaptionModel, wanted
from services.captioner.backends.blip import BlipNetwork
from services.captioner.backends.checkpoints import Checkpoint
from services.captioner.backends.generating import Wish
from tests.unit.captioner.checkpoints_made import tiny_blip, tiny_florence, tiny_git

PICTURE = np.random.default_rng(2).integers(0, 255, (50, 70, 3), dtype=np.uint8)


class Counters:
    """The part of TorchServe's metrics that the handler uses."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def add_counter(self, name: str, value: int) -> None:
        self.values[name] = self.values.get(name, 0) + value


def png(picture: object = None, size: tuple[int, int] = (60, 40)) -> bytes:
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else Image.new("RGB", size)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def tensors(**given: bytes) -> dict[str, object]:
    """A request of the Open Inference Protocol as TorchServe hands it over."""
    return {
        "body": {
            "id": "9",
            "inputs": [
                {"name": name, "data": [base64.b64encode(value).decode()]}
                for name, value in given.items()
            ],
        }
    }


@pytest.fixture(scope="module")
def blip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_blip(tmp_path_factory.mktemp("blip"))


@pytest.fixture
def context(blip: Path) -> SimpleNamespace:
    return SimpleNamespace(
        model_yaml_config={"captioner": {"device": "cpu", "maxNewTokens": 5}},
        system_properties={"model_dir": str(blip), "gpu_id": None},
        manifest={"model": {"modelName": "captioner", "modelVersion": "5"}},
        metrics=Counters(),
    )


@pytest.fixture
def handler(context: SimpleNamespace) -> CaptionHandler:
    made = CaptionHandler()
    made.initialize(context)
    return made


def test_a_batch_of_both_protocols_is_answered_in_order_and_counted(
    handler: CaptionHandler, context: SimpleNamespace
) -> None:
    requests: list[dict[str, object]] = [
        {"image": bytearray(png(PICTURE))},
        {"image": b"broken"},
        tensors(image=png(PICTURE), prompt=b"a photo of"),
        tensors(image=b"broken"),
        {"body": bytearray(png(PICTURE))},
    ]
    plain, broken, called, refused, rest = map(json.loads, handler.handle(requests, context))
    assert plain == rest
    assert plain["version"] == "5"
    assert 0 < plain["captions"][0]["confidence"] <= 1
    assert broken["error"]["reason"] == "IMAGE_UNREADABLE"
    assert called["id"] == "9"
    assert [output["name"] for output in called["outputs"]] == ["caption", "confidence"]
    assert called["outputs"][0]["data"][0].startswith("a photo of ")
    assert refused["outputs"][0]["name"] == "error"
    assert context.metrics.values == {
        "CaptionBatches": 1,
        "CaptionsWritten": 3,
        "CaptionsRefused": 2,
    }


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({}, "IMAGE_MISSING"),
        ({"image": b""}, "IMAGE_MISSING"),
        ({"image": b"%PDF-1.7"}, "IMAGE_UNREADABLE"),
        ({"image": png()[:40]}, "IMAGE_UNREADABLE"),
        ({"image": png(size=(5000, 1))}, "IMAGE_TOO_LARGE"),
        ({"image": png(), "prompt": b"a" * 201}, "PROMPT_TOO_LONG"),
        ({"body": {"inputs": [{"name": "image", "data": ["not base64!"]}]}}, "REQUEST_INVALID"),
        ({"body": {"inputs": [{"name": "image"}]}}, "REQUEST_INVALID"),
        ({"body": {"inputs": 3}}, "REQUEST_INVALID"),
    ],
)
def test_a_request_that_cannot_be_met_says_why(request_: dict[str, object], reason: str) -> None:
    refused = wanted(request_).refused
    assert refused is not None
    assert refused.reason == reason


@pytest.mark.parametrize("prompt", ["", "a photo of"])
def test_it_writes_what_the_backend_in_process_writes(blip: Path, prompt: str) -> None:
    network = BlipNetwork(
        Checkpoint(blip, "1"),
        device=torch.device("cpu"),
        precision="float32",
        beams=1,
        max_new_tokens=5,
    )
    (line,) = network.write([Wish(PICTURE, prompt)])[0]
    (caption,) = CaptionModel(blip, torch.device("cpu"), 5).captions(
        [Image.fromarray(PICTURE)], prompt
    )
    assert caption.text == line.text
    assert caption.confidence == pytest.approx(line.confidence, abs=1e-4)


@pytest.mark.parametrize("make", [tiny_git, tiny_florence])
def test_other_models_write_and_take_no_prompt(make, tmp_path: Path) -> None:
    model = CaptionModel(make(tmp_path), torch.device("cpu"), 5)
    photos = [Image.fromarray(np.roll(PICTURE, seed)) for seed in range(6)]
    captions = model.captions(photos)
    # Random weights end some sentences before their first word.
    assert any(caption.text for caption in captions)
    assert all(0 < caption.confidence <= 1 for caption in captions)
    assert not model.takes_prompts
    assert [caption.text for caption in model.captions(photos, "a dog")] == [
        caption.text for caption in captions
    ]


def test_pickled_weights_are_not_loaded(blip: Path, tmp_path: Path) -> None:
    for file in blip.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        CaptionModel(tmp_path, torch.device("cpu"), 5)


def test_torchserve_finds_its_way_in(context: SimpleNamespace, monkeypatch) -> None:
    monkeypatch.setattr(module, "_handler", CaptionHandler())
    assert module.handle(None, context) is None
    answers = module.handle([{"image": png(PICTURE)}], context)
    assert answers is not None
    assert "captions" in json.loads(answers[0])
