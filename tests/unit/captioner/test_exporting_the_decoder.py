"""The exported decoder, beside the one that was trained."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from services.captioner.backends.decoder import Decoder as Served
from tests.unit.captioner.tiny_networks import CHANNELS, SIDE, WORDING, tiny_shape
from training.captioner.backbone import EMBEDDING
from training.captioner.decoder import Decoder
from training.captioner.decoder_export import write_decoder
from training.captioner.lessons import about
from training.captioner.wording import START, UNWRITTEN

ROUNDING = 0.05
"""How far weights of 8 bits move a score."""


@pytest.fixture
def decoder() -> Decoder:
    torch.manual_seed(0)
    made = Decoder(tiny_shape()).eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


def cells(photos: int) -> torch.Tensor:
    return torch.rand(photos, EMBEDDING, SIDE, SIDE, generator=torch.manual_seed(1)) * CHANNELS


def lines(count: int, length: int) -> torch.Tensor:
    numbers = torch.randint(4, len(WORDING.words), (count, length), generator=torch.manual_seed(2))
    numbers[:, 0] = START
    return numbers


@torch.inference_mode()
def test_word_by_word_scores_as_all_at_once(decoder: Decoder) -> None:
    numbers, memory = lines(6, 7), decoder.memory(cells(3))
    whole, seen = decoder(numbers, memory), decoder.kept(memory)
    past: list = []
    for turn in range(numbers.shape[1]):
        scores, past = decoder.step(numbers[:, turn : turn + 1], past, seen)
        torch.testing.assert_close(scores, whole[:, turn], atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_the_exported_steps_score_as_the_trained_network(decoder: Decoder, tmp_path: Path) -> None:
    write_decoder(decoder, about(WORDING), tmp_path)
    memory, step = (ort.InferenceSession(tmp_path / f"{n}.onnx") for n in ("memory", "decoder"))
    seen = memory.run(["memory"], {"cells": cells(3).numpy()})[0]
    numbers = lines(6, 7)
    whole = decoder(numbers, decoder.memory(cells(3)))
    whole[:, :, list(UNWRITTEN)] = -1e4
    expected = whole.log_softmax(2).numpy()
    shape = decoder.shape
    size = shape.width // shape.heads
    past = np.zeros((3, 2, shape.layers, 2, shape.heads, 0, size), dtype=np.float32)
    for turn in range(numbers.shape[1]):
        given = {"numbers": numbers[:, turn].reshape(3, 2).numpy(), "past": past, "memory": seen}
        scores, past = step.run(["log_probabilities", "present"], given)
        written = [n for n in range(len(WORDING.words)) if n not in UNWRITTEN]
        found = scores.reshape(6, -1)
        np.testing.assert_allclose(found[:, written], expected[:, turn, written], atol=ROUNDING)
        assert (found[:, list(UNWRITTEN)] < -1000).all()


def test_the_served_decoder_reads_the_export(decoder: Decoder, tmp_path: Path) -> None:
    write_decoder(decoder, about(WORDING), tmp_path)
    served = Served(tmp_path, ort.SessionOptions())
    together = served.write(cells(3).numpy())
    alone = [served.write(cells(3).numpy()[row : row + 1])[0] for row in range(3)]
    assert [[s.numbers for s in photo] for photo in together] == [
        [s.numbers for s in photo] for photo in alone
    ]
    assert served.prefix("A dog") == tuple(WORDING.words.index(word) for word in ("a", "dog"))
    assert served.prefix("a zebra") == ()
