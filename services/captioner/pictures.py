"""Reads photos: bytes in, upright RGB pixels out, or a refusal before anything large is decoded."""

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from services.captioner.domain import MediaTooLarge, Pixels, UnreadableMedia

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""The formats that are opened, by Pillow's names; no other decoder is ever started."""

WORKING_SIDE = 640
"""The longer side that every picture is reduced to, in pixels; nothing here needs more."""

_NETWORK_SIDE = 144

_FAILURES = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError, Warning)


def refuse_bombs() -> None:
    """Makes Pillow's warning of a decompression bomb an error, for the whole process."""
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def decoded(data: bytes, max_pixels: int) -> Pixels:
    """Decodes a photo, turns it upright, and reduces it to 640 pixels on the longer side.

    Of an animation the first frame is taken; transparency becomes white; 16 bits become 8.

    Raises:
        UnreadableMedia: Not a photo, or one that is truncated or corrupt.
        MediaTooLarge: More than `max_pixels`, told from the header.
    """
    if not data:
        raise UnreadableMedia("is empty")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_pixels(image, max_pixels)
            return _pixels(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaTooLarge(f"{max_pixels:,} pixels") from error
    except _FAILURES as error:
        raise UnreadableMedia("is corrupt, cut short or not a photo") from error


def loaded(path: Path, max_pixels: int) -> Pixels:
    """Decodes a photo file."""
    return decoded(path.read_bytes(), max_pixels)


def _check_pixels(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise MediaTooLarge(f"{max_pixels:,} pixels", f"{width * height:,} pixels")


def _pixels(image: Image.Image) -> Pixels:
    # JPEG can leave out detail while decoding, which saves most of the time and the memory.
    image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
    picture = _continuous(image)
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    # Turned once it is small: turning copies.
    ImageOps.exif_transpose(picture, in_place=True)
    return np.asarray(_opaque(picture), dtype=np.uint8)


def _continuous(image: Image.Image) -> Image.Image:
    """Palettes become colours and 16 bits become 8, so that neighbours can be averaged."""
    image.load()
    if image.mode.startswith("I"):
        # Whole numbers, shifted: floats would take half a gigabyte for 40 megapixels.
        grey = np.right_shift(np.asarray(image), 8)
        eight = Image.fromarray(np.clip(grey, 0, 255, out=grey).astype(np.uint8), mode="L")
        eight.info = dict(image.info)
        return eight
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def squeezed(picture: Pixels, side: int = _NETWORK_SIDE) -> Pixels:
    """Squeezes a picture to a square of `side` pixels (antialiased bilinear)."""
    small = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)


def fitted(picture: Pixels, side: int) -> Pixels:
    """Reduces a picture so that its longer side has at most `side` pixels."""
    image = Image.fromarray(picture)
    image.thumbnail((side, side), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.uint8)
