"""Photos: what is read, how it is turned, and what is refused before it costs anything."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.photos import FORMATS, decoded, refuse_bombs
from services.captioner.pictures import WORKING_SIDE, squeezed
from tests.unit.captioner.pictures_made import RED, encoded, plain, png_header

LIMIT = 40_000_000


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_we_name_is_read(kind: str) -> None:
    picture = decoded(encoded(plain(RED), kind), LIMIT)
    assert picture.shape == (64, 96, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture.mean((0, 1)) - RED).max() < 8


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "ICO", "PDF"])
def test_other_formats_are_refused_even_if_pillow_knows_them(kind: str) -> None:
    with pytest.raises(UnreadableMedia):
        decoded(encoded(plain(RED), kind), LIMIT)


@pytest.mark.parametrize("data", [b"", b"hello, I am a text", b"\xff\xd8\xff\xe0", b"GIF89a"])
def test_what_is_no_photo_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableMedia):
        decoded(data, LIMIT)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "BMP"])
def test_a_truncated_photo_is_unreadable(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    data = encoded(noise, kind)
    with pytest.raises(UnreadableMedia):
        decoded(data[: len(data) // 2], LIMIT)


@given(st.binary(max_size=200), st.sampled_from(FORMATS))
def test_garbage_behind_a_good_beginning_never_escapes_as_another_error(
    garbage: bytes, kind: str
) -> None:
    start = encoded(plain(RED), kind)[:40]
    try:
        decoded(start + garbage, LIMIT)
    except (UnreadableMedia, MediaTooLarge):
        return


def test_too_many_pixels_are_refused_from_the_header() -> None:
    tracemalloc.start()
    with pytest.raises(MediaTooLarge) as refusal:
        decoded(png_header(8000, 6000), LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.limit == "40,000,000 pixels"
    assert refusal.value.given == "48,000,000 pixels"
    assert peak < 2_000_000


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_too_large_and_not_unreadable(side: int) -> None:
    refuse_bombs()
    with pytest.raises(MediaTooLarge):
        decoded(png_header(side, side), LIMIT)


def test_a_large_photo_is_reduced_keeping_its_shape() -> None:
    picture = decoded(encoded(plain(RED, 1600, 400), "JPEG"), LIMIT)
    assert picture.shape == (WORKING_SIDE // 4, WORKING_SIDE, 3)


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    assert decoded(encoded(clear), LIMIT).min() == 255


def test_a_transparent_palette_becomes_white() -> None:
    palette = Image.fromarray(plain(RED)).quantize(4)
    index = palette.getpixel((0, 0))
    assert decoded(encoded(palette, transparency=index), LIMIT).min() == 255


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    deep = Image.fromarray(np.full((32, 32), 32768, dtype=np.uint16))
    assert abs(int(decoded(encoded(deep), LIMIT).mean()) - 127) <= 1


def test_cmyk_becomes_rgb() -> None:
    picture = decoded(encoded(Image.fromarray(plain(RED)).convert("CMYK"), "JPEG"), LIMIT)
    assert np.abs(picture.mean((0, 1)) - RED).max() < 12


def test_a_single_pixel_is_a_photo() -> None:
    assert squeezed(decoded(encoded(plain(RED, 1, 1)), LIMIT)).shape == (144, 144, 3)
