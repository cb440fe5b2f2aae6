"""Pictures of one colour, at which a network would guess."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from services.captioner.backends import open_captioner
from services.captioner.photos import decoded
from services.captioner.pictures import WORKING_SIDE
from services.captioner.settings import Settings
from tests.unit.captioner.pictures_made import RED, WHITE, encoded, plain, textured


@pytest.mark.parametrize("color", [WHITE, RED, (128, 128, 128)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_nothing_is_seen_in_an_even_colour(color: tuple[int, int, int], kind: str) -> None:
    captioner = open_captioner(Settings())
    try:
        picture = decoded(encoded(plain(color), kind), 40_000_000)
        sight = await captioner.look(picture)
        assert (sight.tags, sight.affect.confidence) == ((), 0.0)
        assert (await captioner.look(textured(color))).tags
    finally:
        await captioner.close()


def test_sixteen_bits_of_many_pixels_take_no_floats() -> None:
    steps = np.linspace(0, 65535, 3000).astype(np.uint16)
    data = encoded(Image.fromarray(np.tile(steps, (2000, 1))))
    tracemalloc.start()
    picture = decoded(data, 40_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert picture.shape == (427, WORKING_SIDE, 3)
    assert picture[0, 0].max() <= 1
    assert picture[0, -1].min() >= 254
    assert peak < 5 * 3000 * 2000
