"""The networks that are shipped: their sizes, what they may say, and how sure they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper
from PIL import Image

from services.captioner.backends.decoder import Decoder
from services.captioner.backends.lite import SIDE, LiteCaptioner, LiteNetwork, View
from services.captioner.domain import Pixels
from services.captioner.settings import Settings

MODEL = Path(__file__).parents[3] / "models" / "captioner"
FLOATS = {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16}
NARROW = {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}


def parameters(name: str) -> int:
    graph = onnx.load(MODEL / name).graph
    stored = (t for t in graph.initializer if t.data_type in FLOATS | NARROW)
    return sum(numpy_helper.to_array(tensor).size for tensor in stored)


def pictures(count: int) -> list[Pixels]:
    """Large soft patches of colour, as out-of-focus photos have."""
    generator = np.random.default_rng(3)
    patches = generator.integers(0, 255, (count, 6, 6, 3), dtype=np.uint8)
    return [np.asarray(Image.fromarray(each).resize((SIDE, SIDE))) for each in patches]


@pytest.fixture(scope="module")
def network() -> LiteNetwork:
    return LiteNetwork(MODEL, threads=1)


@pytest.fixture
async def captioner() -> AsyncIterator[LiteCaptioner]:
    made = LiteCaptioner.opened(Settings())
    yield made
    await made.close()


def test_what_sees_has_at_most_five_million_parameters_heads_included() -> None:
    assert parameters("encoder.onnx") <= 5_000_000


def test_what_writes_has_at_most_four_million_parameters() -> None:
    assert parameters("decoder.onnx") + parameters("memory.onnx") <= 4_000_000


def test_the_same_picture_is_described_in_the_same_words(network: LiteNetwork) -> None:
    view = View(pictures(1)[0])
    assert network.look([view]) == network.look([view])


def test_pictures_together_are_described_as_alone(network: LiteNetwork) -> None:
    views = [View(picture) for picture in pictures(3)]
    alone = [network.look([view])[0] for view in views]
    for one, other in zip(alone, network.look(views), strict=True):
        assert [c.sentence for c in one.captions] == [c.sentence for c in other.captions]
        for first, second in zip(one.captions, other.captions, strict=True):
            assert first.confidence == pytest.approx(second.confidence, abs=1e-3)


def test_captions_are_whole_sentences_with_a_probability(network: LiteNetwork) -> None:
    captions = [c for sight in network.look([View(p) for p in pictures(4)]) for c in sight.captions]
    assert captions
    for caption in captions:
        assert caption.sentence.en[0].isupper()
        assert caption.sentence.en.endswith(".")
        assert caption.sentence.ko.endswith(".")
        assert "<" not in caption.sentence.en
        assert 0.0 <= caption.confidence <= 1.0


def test_marks_are_never_written_whatever_is_seen() -> None:
    decoder = Decoder(MODEL, ort.SessionOptions())
    marks = {place for place, word in enumerate(decoder.words) if word.startswith("<")}
    cells = np.random.default_rng(0).uniform(0, 6, (6, 1280, 6, 6)).astype(np.float32)
    written = [line for lines in decoder.write(cells) for line in lines]
    assert len(marks) == 4
    assert written
    assert not any(marks & set(line.numbers) for line in written)


async def test_captions_begin_with_the_prompt(captioner: LiteCaptioner) -> None:
    sight = await captioner.look(pictures(1)[0], prompt="two dogs")
    assert sight.captions
    assert all(c.sentence.en.startswith("Two dogs") for c in sight.captions)


async def test_a_prompt_of_unknown_words_changes_nothing(captioner: LiteCaptioner) -> None:
    picture = pictures(1)[0]
    plain = await captioner.look(picture)
    assert await captioner.look(picture, prompt="two xylophonists") == plain


def test_pictures_with_different_prompts_are_looked_at_together(network: LiteNetwork) -> None:
    first, second = pictures(2)
    sights = network.look([View(first, "a man"), View(second), View(first, "a man")])
    assert sights[0] == sights[2]
    assert all(c.sentence.en.startswith("A man") for c in sights[0].captions)


async def test_a_picture_of_one_colour_is_not_described(captioner: LiteCaptioner) -> None:
    sight = await captioner.look(np.full((64, 96, 3), 90, dtype=np.uint8))
    assert (sight.tags, sight.captions, sight.affect.confidence) == ((), (), 0.0)
