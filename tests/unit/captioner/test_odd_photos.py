"""Photos as cameras, scanners and printers make them: turned, deep, in ink, moving, tiny."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from services.captioner.domain import Pixels, UnreadableMedia
from services.captioner.photos import MAX_FRAMES, decoded
from services.captioner.pictures import WORKING_SIDE
from tests.unit.captioner.pictures_made import BLACK, BLUE, RED, WHITE, encoded, plain, textured

LIMIT = 40_000_000
GREEN, YELLOW = (20, 160, 40), (230, 220, 30)


def corners(side: int = 64) -> Pixels:
    """Red, blue; green, yellow: no way of turning it leaves it as it is."""
    top = np.concatenate([plain(RED, side, side), plain(BLUE, side, side)], axis=1)
    low = np.concatenate([plain(GREEN, side, side), plain(YELLOW, side, side)], axis=1)
    return np.concatenate([top, low])


def is_alike(one: Pixels, other: Pixels, tolerance: float = 12.0) -> bool:
    return one.shape == other.shape and np.abs(one.astype(int) - other).mean() < tolerance


def as_camera_holds(upright: Pixels, orientation: int) -> Pixels:
    """How the sensor saw it: the inverse of what EXIF says to do (Exif 2.32, section 4.6.4)."""
    seen = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }
    return np.ascontiguousarray(seen[orientation])


def exif(orientation: int) -> bytes:
    made = Image.Exif()
    made[0x0112] = orientation
    return made.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright(kind: str, orientation: int) -> None:
    upright = np.concatenate([corners(), plain(WHITE, 128, 20)])
    data = encoded(as_camera_holds(upright, orientation), kind, exif=exif(orientation))
    assert is_alike(decoded(data, LIMIT), upright)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_changes_nothing(orientation: int) -> None:
    assert is_alike(decoded(encoded(corners(), "JPEG", exif=exif(orientation)), LIMIT), corners())


@pytest.mark.parametrize(
    "broken",
    [b"Exif\0\0", b"Exif\0\0MM", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(40)],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_is_no_reason_to_refuse_a_photo(broken: bytes) -> None:
    assert is_alike(decoded(encoded(corners(), "JPEG", exif=broken), LIMIT), corners())


def inked(upright: Pixels) -> Image.Image:
    return Image.fromarray(upright).convert("CMYK")


def test_cmyk_of_printers_becomes_rgb() -> None:
    data = encoded(inked(corners()), "JPEG", quality=95)
    assert b"Adobe" in data
    assert is_alike(decoded(data, LIMIT), corners())


def test_ycck_becomes_rgb() -> None:
    """The same inks, written as brightness, two colour differences and black (Adobe's flag 2)."""
    inks = np.asarray(inked(corners()))
    colors = np.asarray(Image.fromarray(inks[..., :3]).convert("YCbCr"))
    ycck = Image.fromarray(np.dstack([255 - colors, inks[..., 3]]), mode="CMYK")
    data = bytearray(encoded(ycck, "JPEG", quality=95, subsampling=0))
    flag = data.index(b"Adobe") + 11
    assert data[flag] == 0
    data[flag] = 2
    assert is_alike(decoded(bytes(data), LIMIT), corners())


def test_deep_grey_keeps_its_brightness() -> None:
    ramp = np.tile(np.linspace(0, 65535, 64), (16, 1)).astype(np.uint16)
    picture = decoded(encoded(Image.fromarray(ramp)), LIMIT)
    assert np.abs(picture[..., 0].astype(int) - (ramp.astype(int) >> 8)).max() <= 1


def test_deep_colours_keep_theirs() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    deep = np.asarray(corners(8), np.uint16) * 257
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    header = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    data += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert is_alike(decoded(data, LIMIT), corners(8), 1.0)


def test_deep_grey_may_be_transparent_too() -> None:
    deep = np.full((32, 32), 20_000, np.uint16)
    deep[:, 16:] = 777
    picture = decoded(encoded(Image.fromarray(deep), transparency=777), LIMIT)
    assert np.abs(picture[:, :15].astype(int) - 78).max() <= 1
    assert picture[:, 17:].min() == 255


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_half_transparent_lies_on_white(mode: str) -> None:
    grey = Image.new("RGBA", (32, 32), (0, 0, 0, 128)).convert(mode)
    picture = decoded(encoded(grey), LIMIT)
    assert np.abs(picture.astype(int) - 127).max() <= 1


def animation(kind: str, frames: list[Pixels]) -> bytes:
    stream = io.BytesIO()
    first, *rest = (Image.fromarray(frame) for frame in frames)
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(stream, kind, save_all=True, append_images=rest, duration=100, **options)
    return stream.getvalue()


MOVING = ["GIF", "WEBP", "PNG"]


@pytest.mark.parametrize("kind", MOVING)
def test_of_an_animation_that_fades_in_the_clearest_frame_is_taken(kind: str) -> None:
    clear = textured(BLUE)
    blurred = np.asarray(Image.fromarray(clear).reduce(8).resize((96, 64)))
    picture = decoded(animation(kind, [plain(BLACK), blurred, clear, plain(WHITE)]), LIMIT)
    assert is_alike(picture, clear, 5.0)


@pytest.mark.parametrize("kind", MOVING)
def test_of_frames_alike_the_first_is_taken(kind: str) -> None:
    picture = decoded(animation(kind, [plain(RED), plain(WHITE)]), LIMIT)
    assert is_alike(picture, plain(RED))


@pytest.mark.parametrize("kind", MOVING)
def test_only_the_first_frames_are_looked_at(kind: str) -> None:
    shades = [plain((shade, 0, 0)) for shade in range(20, 20 + 10 * MAX_FRAMES, 10)]
    picture = decoded(animation(kind, [*shades, textured(BLUE)]), LIMIT)
    assert is_alike(picture, shades[0], 3.0)


def test_frames_have_no_more_pixels_together_than_a_photo_may() -> None:
    frames = [plain(RED), textured(BLUE)]
    assert is_alike(decoded(animation("GIF", frames), 2 * 64 * 96 - 1), plain(RED))
    assert is_alike(decoded(animation("GIF", frames), 2 * 64 * 96), textured(BLUE))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_that_breaks_off_still_has_its_beginning(kind: str) -> None:
    noise = [np.random.default_rng(seed).integers(0, 255, (64, 96, 3), np.uint8) for seed in (1, 2)]
    data = animation(kind, [textured(RED), *noise])
    try:
        picture = decoded(data[: len(data) * 2 // 3], LIMIT)
    except UnreadableMedia:
        assert kind == "WEBP"  # its decoder wants the whole file
    else:
        assert picture.shape == (64, 96, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (3, 2), (641, 7), (17, 1013)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_odd_sizes_are_read(kind: str, size: tuple[int, int]) -> None:
    picture = decoded(encoded(plain(RED, *size), kind), LIMIT)
    ratio = min(1.0, WORKING_SIDE / max(size))
    assert picture.shape[1] == max(1, round(size[0] * ratio))
    assert picture.shape[0] == max(1, round(size[1] * ratio))
    assert np.abs(picture.mean((0, 1)) - RED).max() < 8


def test_a_jpeg_with_a_second_picture_is_the_first() -> None:
    stream = io.BytesIO()
    first, second = Image.fromarray(corners()), Image.fromarray(plain(WHITE))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert is_alike(decoded(stream.getvalue(), LIMIT), corners())
