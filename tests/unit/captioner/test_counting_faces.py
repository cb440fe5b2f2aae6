"""Faces are found in photos of people, and in no others."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.captioner.backends import open_face_finder
from services.captioner.domain import Pixels

SAMPLES = Path(__file__).parents[3] / "samples"


def photo(name: str, width: int = 640) -> Pixels:
    with Image.open(SAMPLES / name) as image:
        height = round(image.height * width / image.width)
        return np.asarray(image.convert("RGB").resize((width, height)))


@pytest.mark.parametrize("width", [240, 320, 640])
def test_a_portrait_has_one_face_large_or_small(width: int) -> None:
    assert open_face_finder().count(photo("astronaut.jpg", width)) == 1


@pytest.mark.parametrize("name", ["chelsea.jpg", "coffee.jpg", "rocket.jpg"])
def test_a_cat_a_cup_and_a_rocket_have_none(name: str) -> None:
    assert open_face_finder().count(photo(name)) == 0


def test_two_people_beside_each_other_are_two() -> None:
    one = photo("astronaut.jpg", 320)
    assert open_face_finder().count(np.concatenate([one, one], axis=1)) == 2


@pytest.mark.parametrize("size", [(1, 1), (3, 640), (640, 3)])
def test_a_picture_with_no_room_for_a_face_has_none(size: tuple[int, int]) -> None:
    assert open_face_finder().count(np.zeros((*size, 3), dtype=np.uint8)) == 0
