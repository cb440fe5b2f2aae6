"""BLIP in this process, with a tiny checkpoint of its architecture."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoTokenizer, BlipForConditionalGeneration
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from services.captioner.backends import checkpoints
from services.captioner.backends.blip import BlipNetwork, BlipWriter
from services.captioner.backends.generating import Wish
from services.captioner.backends.precision import Precision
from services.captioner.domain import Line, Pixels
from services.captioner.settings import Settings
from tests.unit.captioner.checkpoints_made import SIDE, tiny_blip

PROMPTS = ("", "a photo of", "the dog")


def picture(seed: int, height: int = 45, width: int = 60) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_blip(tmp_path_factory.mktemp("tiny") / "blip")


def network(folder: Path, precision: Precision = "float32", beams: int = 1) -> BlipNetwork:
    return BlipNetwork(
        checkpoints.found(str(folder)),
        device=torch.device("cpu"),
        precision=precision,
        beams=beams,
        max_new_tokens=6,
    )


def seen_by(made: BlipNetwork, wishes: list[Wish]) -> torch.Tensor:
    with torch.inference_mode():
        return made._seen(wishes).float()


def test_sentences_begin_with_their_prompt(folder: Path) -> None:
    made = network(folder, beams=2)
    written = made.write([Wish(picture(seed), prompt) for seed, prompt in enumerate(PROMPTS)])
    for prompt, lines in zip(PROMPTS, written, strict=True):
        assert lines
        assert all(line.text.startswith(prompt) and len(line.text) > len(prompt) for line in lines)
        assert all(0.0 < line.confidence < 1.0 for line in lines)


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_a_batch_of_different_prompts_says_what_each_alone_says(
    folder: Path, precision: Precision
) -> None:
    made = network(folder, precision)
    wishes = [Wish(picture(seed), PROMPTS[seed % 3]) for seed in range(5)]
    alone = [made.write([wish])[0] for wish in wishes]
    for together, single in zip(made.write(wishes), alone, strict=True):
        assert [line.text for line in together] == [line.text for line in single]
        for first, second in zip(together, single, strict=True):
            assert first.confidence == pytest.approx(second.confidence, abs=1e-4)


def test_the_answer_is_the_one_of_the_published_classes(folder: Path) -> None:
    model = BlipForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    pixels = BlipImageProcessorPil.from_pretrained(folder)(picture(0), return_tensors="pt")
    tokens = model.generate(**pixels, max_new_tokens=6, do_sample=False)
    expected = tokenizer.decode(tokens[0, 1:], skip_special_tokens=True)
    assert network(folder).write([Wish(picture(0), "")])[0][0].text == expected


@pytest.mark.parametrize(("precision", "least"), [("int8", 0.999), ("bfloat16", 0.999)])
def test_smaller_numbers_see_nearly_the_same(
    folder: Path, precision: Precision, least: float
) -> None:
    wishes = [Wish(picture(seed), "") for seed in range(4)]
    whole = seen_by(network(folder), wishes).flatten(1)
    small = seen_by(network(folder, precision), wishes).flatten(1)
    assert torch.cosine_similarity(whole, small).min() > least


@pytest.mark.parametrize("precision", ["int8", "bfloat16"])
def test_smaller_numbers_weigh_the_next_word_nearly_the_same(
    folder: Path, precision: Precision
) -> None:
    def logits(made: BlipNetwork) -> torch.Tensor:
        tokens, _ = made._beginnings(["the dog sits"])
        with torch.inference_mode():
            seen = made._seen([Wish(picture(1), "")])
            answer = made._network.text_decoder(tokens, encoder_hidden_states=seen)
        return answer.logits[0, -1].float()

    whole, small = logits(network(folder)), logits(network(folder, precision))
    assert (whole - small).std() < 0.1 * whole.std()


@pytest.mark.parametrize("shape", [(45, 60), (20, 400), (1, 1), (500, 300)])
def test_pictures_are_prepared_as_the_published_recipe_says(
    folder: Path, shape: tuple[int, int]
) -> None:
    pixels = network(folder)._pixels([Wish(picture(3, *shape), "")])[0].numpy()
    image = Image.fromarray(picture(3, *shape)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    mean = np.array([0.48145466, 0.4578275, 0.40821073])
    deviation = np.array([0.26862954, 0.26130258, 0.27577711])
    expected = ((np.asarray(image) / 255.0 - mean) / deviation).transpose(2, 0, 1)
    np.testing.assert_allclose(pixels, expected, atol=1e-5)


async def test_pictures_that_come_together_are_written_about_together(folder: Path) -> None:
    settings = Settings(model=str(folder), device="cpu", max_new_tokens=3, max_wait_seconds=0.2)
    writer = BlipWriter.opened(settings)
    sizes: list[int] = []
    write = writer._batcher._compute

    def counted(wishes: list[Wish]) -> list[tuple[Line, ...]]:
        sizes.append(len(wishes))
        return write(wishes)

    writer._batcher._compute = counted
    await asyncio.gather(*(writer.write(picture(seed), " a  photo ") for seed in range(3)))
    assert sizes == [3]
    await writer.close()


def test_a_longer_caption_is_cut_at_the_setting(folder: Path) -> None:
    lines = network(folder).write([Wish(picture(0), "")])[0]
    assert all(len(line.text.split()) <= 6 for line in lines)
