"""Light and colour are measured, so they can be checked against what is known."""

import numpy as np
import pytest

from services.captioner.light import (
    color_name,
    histogram,
    is_black,
    lab,
    measured,
    sharpness,
)
from tests.unit.captioner.pictures_made import BLACK, BLUE, RED, WHITE, plain, textured


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_has_the_published_values(
    rgb: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    assert lab(np.array(rgb) / 255.0) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((220, 20, 20), "red"),
        ((20, 20, 120), "dark blue"),
        ((140, 190, 240), "light blue"),
        ((250, 230, 60), "yellow"),
        ((40, 140, 50), "green"),
        ((110, 70, 40), "brown"),
        ((250, 140, 20), "orange"),
        ((230, 205, 170), "beige"),
    ],
)
def test_colours_have_plain_names(rgb: tuple[int, int, int], name: str) -> None:
    assert color_name(lab(np.array(rgb) / 255.0)) == name


def test_dominant_colours_come_with_their_share() -> None:
    halves = np.concatenate([plain(RED), plain(RED), plain(RED), plain(BLUE)])
    _, colors = measured(halves)
    assert [color.name for color in colors[:2]] == ["red", "blue"]
    assert colors[0].share == pytest.approx(0.75, abs=0.05)
    assert sum(color.share for color in colors) == pytest.approx(1.0)
    assert colors[1].hex == "#1428c8"


def test_light_is_measured() -> None:
    light, _ = measured(plain(WHITE))
    assert light.brightness == pytest.approx(1.0, abs=1e-3)
    assert (light.contrast, light.colorfulness) == pytest.approx((0.0, 0.0), abs=1e-3)
    assert measured(plain((250, 160, 60)))[0].warmth > 0.8
    assert measured(plain(BLUE))[0].warmth < -0.8


def test_black_is_black_and_dark_is_not() -> None:
    assert is_black(plain(BLACK))
    assert is_black(plain((8, 8, 8)))
    assert not is_black(plain((40, 40, 40)))


def test_a_sharper_picture_is_sharper() -> None:
    rough = textured(BLUE)
    assert sharpness(rough) > sharpness(plain(BLUE))


def test_a_histogram_sums_to_one() -> None:
    assert histogram(textured(RED)).sum() == pytest.approx(1.0)


def test_the_same_picture_has_the_same_colours_twice() -> None:
    assert measured(textured(RED)) == measured(textured(RED))
