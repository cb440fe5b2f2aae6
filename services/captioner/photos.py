"""Decodes photos: a file in, upright RGB pixels out, or a refusal before anything large is made.

Runs in the process that decodes. The decoders of the formats that are read are imported here, so
that they are there before files can no longer be opened.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from services.captioner.domain import MediaTooLarge, Pixels, UnreadableMedia
from services.captioner.light import is_black, sharpness
from services.captioner.pictures import WORKING_SIDE

_DECODERS = {
    "JPEG": (JpegImagePlugin, MpoImagePlugin),
    "PNG": (PngImagePlugin,),
    "WEBP": (WebPImagePlugin,),
    "AVIF": (AvifImagePlugin,),
    "GIF": (GifImagePlugin,),
    "BMP": (BmpImagePlugin,),
}
FORMATS = tuple(_DECODERS)
"""The formats that are opened, by Pillow's names; no other decoder is ever started."""

MAX_FRAMES = 8
"""So many frames of an animation are looked at, and the clearest of them is taken."""

_MOVING = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture for each value of EXIF's tag (Exif 2.32, section 4.6.4)."""

_FAILURES = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, Warning)


def refuse_bombs() -> None:
    """Makes Pillow's warning of a decompression bomb an error, for the whole process."""
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def decoded(media: bytes | BinaryIO, max_pixels: int) -> Pixels:
    """Decodes a photo, turns it upright, and reduces it to 640 pixels on the longer side.

    Of an animation the clearest of the first frames is taken; transparency becomes white; 16 bits
    become 8.

    Raises:
        UnreadableMedia: Not a photo, or one that is truncated or corrupt.
        MediaTooLarge: More than `max_pixels`, told from the header.
    """
    try:
        file = io.BytesIO(media) if isinstance(media, bytes) else media
        with Image.open(file, formats=FORMATS) as image:
            _check_pixels(image, max_pixels)
            pictures = list(_frames(image, max_pixels))
            return max(pictures, key=_clearness) if len(pictures) > 1 else pictures[0]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaTooLarge(f"{max_pixels:,} pixels") from error
    except _FAILURES as error:
        raise UnreadableMedia("is corrupt, cut short or not a photo") from error


def _check_pixels(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise MediaTooLarge(f"{max_pixels:,} pixels", f"{width * height:,} pixels")


def _clearness(picture: Pixels) -> tuple[bool, float]:
    """Of equals, `max` takes the first."""
    return not is_black(picture), sharpness(picture)


def _frames(image: Image.Image, max_pixels: int) -> Iterator[Pixels]:
    """The picture, and of an animation more, as long as all have no more than `max_pixels`."""
    yield _pixels(image)
    if image.format not in _MOVING:
        return
    area = image.size[0] * image.size[1]
    for number in range(1, min(MAX_FRAMES, max_pixels // area)):
        try:
            image.seek(number)
            picture = _pixels(image)
        except _FAILURES:
            return  # there is no further frame, or only a damaged one
        yield picture


def _pixels(image: Image.Image) -> Pixels:
    # JPEG can leave out detail while decoding, which saves most of the time and the memory.
    image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
    picture = _continuous(image)
    orientation = _orientation(image)
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    # Turned once it is small: turning copies.
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    return np.asarray(_opaque(picture), dtype=np.uint8)


def _orientation(image: Image.Image) -> int:
    """What EXIF says; damaged EXIF says nothing, and the picture is none the worse."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (*_FAILURES, TypeError, KeyError):
        return 1


def _continuous(image: Image.Image) -> Image.Image:
    """A copy in which neighbours can be averaged: palettes become colours, 16 bits 8."""
    image.load()
    if image.mode.startswith("I"):
        return _eight_bits(image)
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if "transparency" in image.info:
        return image.convert("RGBA")
    return image.copy() if image.format in _MOVING else image


def _eight_bits(image: Image.Image) -> Image.Image:
    # Whole numbers, shifted: floats would take half a gigabyte for 40 megapixels.
    deep = np.asarray(image)
    clear = deep == image.info["transparency"] if "transparency" in image.info else None
    grey = np.right_shift(deep, 8)
    del deep  # no longer there while the next copy is made
    eight = Image.fromarray(np.clip(grey, 0, 255, out=grey).astype(np.uint8))
    if clear is not None:
        eight.putalpha(Image.fromarray(np.where(clear, 0, 255).astype(np.uint8)))
    return eight


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")
