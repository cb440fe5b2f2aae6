"""A captioner so small that a test can train it, and four photos to train it on."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.captioner.backbone import EMBEDDING, Block, Convolution, Published
from training.captioner.decoder import Decoder, Shape
from training.captioner.tuning import Lesson, Tagger
from training.captioner.wording import Wording
from training.captioner.writing import Course, Describer, Pace, Writing

CAPTIONS = (
    ("a dog runs", "the dog runs fast"),
    ("a man rides a bike", "a man on a bike"),
    ("two girls swim", "girls swim in water"),
    ("snow on a hill", "a hill of snow"),
)
WORDING = Wording.learned((caption for pair in CAPTIONS for caption in pair), 1)
CHANNELS, SIDE, TAGS = 8, 3, 4


def one_layer(channels_in: int, channels_out: int, generator: np.random.Generator) -> Block:
    weight = generator.integers(0, 256, (channels_out, channels_in, 1, 1), dtype=np.uint8)
    bias = np.zeros(channels_out, dtype=np.float32)
    return Block((Convolution(weight, 0.004, 128, bias, 1, 1, True),), residual=False)


def tiny_published() -> Published:
    """Nineteen blocks of one small layer each, the last as wide as it must be."""
    generator = np.random.default_rng(0)
    blocks = [one_layer(CHANNELS, CHANNELS, generator) for _ in range(18)]
    last = one_layer(CHANNELS, EMBEDDING, generator)
    return Published((*blocks, last), last.convolutions[0])


def tiny_shape() -> Shape:
    return Shape(
        len(WORDING.words), cells=SIDE * SIDE, width=32, layers=2, heads=4, inner=48, dropout=0.1
    )


def tiny_describer(seed: int = 0) -> Describer:
    torch.manual_seed(seed)
    return Describer(Tagger(tiny_published(), torch.full((TAGS,), 0.25)), Decoder(tiny_shape()))


def photos(views: int = 2) -> list[NDArray[np.float16]]:
    """What the trunk would give for four photos, each of a different kind, in every view."""
    generator = np.random.default_rng(1)
    plain = generator.uniform(0, 4, (len(CAPTIONS), CHANNELS, SIDE, SIDE))
    noise = generator.normal(0, 0.1, (views, *plain.shape))
    return [(plain + each).astype(np.float16) for each in noise]


def tiny_course(maps: list[NDArray[np.float16]]) -> Course:
    frozen = [np.zeros((len(CAPTIONS), EMBEDDING), dtype=np.float32) for _ in maps]
    everything = np.arange(len(CAPTIONS))
    targets = np.eye(TAGS, dtype=np.float32)
    lesson = Lesson(maps, frozen, targets, TAGS, taught=everything, held=everything)
    numbers = WORDING.numbers([caption for pair in CAPTIONS for caption in pair])
    return Course(lesson, numbers.reshape(len(CAPTIONS), 2, -1))


def writing(folder: Path, maps: list[NDArray[np.float16]], epochs: int) -> Writing:
    pace = Pace(epochs=epochs, batch=4, captions=2, decoder_rate=1e-2)
    return Writing(tiny_describer(), tiny_course(maps), folder, pace)
